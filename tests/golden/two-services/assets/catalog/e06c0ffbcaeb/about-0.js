callboard.take("about-0","e06c0ffbcaeb",["Keeps every entry.","Takes money and writes it down.","",""]);

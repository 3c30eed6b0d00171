callboard.take("about-0","dee4b6f4c7ad",["Keeps every entry.","Takes money and writes it down.","",""]);

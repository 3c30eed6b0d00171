callboard.take("about-0","6a5863580483",["Keeps every entry.","Takes money and writes it down.","",""]);

callboard.take("about-0","2e2b8a0c441b",["Keeps every entry.","Takes money and writes it down.","",""]);

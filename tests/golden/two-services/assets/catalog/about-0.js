callboard.take("about-0","2731702910e4",["Keeps every entry.","Takes **money** and writes it down.","",""]);

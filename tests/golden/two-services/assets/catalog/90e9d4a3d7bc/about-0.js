callboard.take("about-0","90e9d4a3d7bc",["Keeps every entry.","Takes money and writes it down.","",""]);

callboard.take("summaries","52a6f8dba5f9",{"summaries":["","Keeps every entry.","Takes money and writes it down.",""]});

callboard.take("details","52a6f8dba5f9",{"types":["openapi","service","team"],"type":[0,1,1,2],"titles":["Entries","","Payments","The people at the till"],"tags":["","","go tier-1",""]});

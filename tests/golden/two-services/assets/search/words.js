callboard.take("words","52a6f8dba5f9",{"words":"entries payments\nbreaks ledger the till when\ncomes definition entry get nothing number overview people tier"});

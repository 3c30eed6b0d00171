callboard.take("operations","52a6f8dba5f9",{"apis":[["api:default/entries","ledger","Payments",[["GET /entries/{number}","Read an entry",""]]]],"left_out":0});

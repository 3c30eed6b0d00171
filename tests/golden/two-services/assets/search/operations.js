callboard.take("operations","52a6f8dba5f9",{"apis":[["api:default/entries","ledger","Payments",[["GET /entries/{number}","Read an entry","#get-entries-number"]]]],"left_out":0});

callboard.take("find-0","0277f06e0f0c",{"names":"api:entries\ncomponent:ledger\ncomponent:payments\ngroup:till","at":[0,0,0,0]});

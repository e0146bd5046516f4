"""What goes on by itself: following the ledger, and doing what follows and what falls due."""

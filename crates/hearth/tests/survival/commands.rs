//! The commands on a ledger, as an operator gives them.

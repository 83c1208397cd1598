"""The days a team works: public holidays, and what managers change about them."""

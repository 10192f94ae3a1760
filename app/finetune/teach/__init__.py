"""Teaching in the Fine-tune tab: a class mix, a few labels, and what is learned from them."""

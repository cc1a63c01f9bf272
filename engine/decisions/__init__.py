"""Decision tables and calculations: their cells, their answers as columns, and what their rules leave open."""

"""How values look: text, LaTeX, tables, derivations and pictures. Everything here takes values, never laws."""

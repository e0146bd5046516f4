"""NemKonto: accounts, designations, activation codes and the notice of a change."""

"""What operators and readers do: their acts, disclosures of personal data, and the seal's keys."""

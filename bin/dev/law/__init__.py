"""The rules of the law, rule by rule: what each says, where it is written, what carries it, what proves it."""

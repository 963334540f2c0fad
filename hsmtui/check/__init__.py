"""``hsmtui check``: the findings of a whole place without a screen."""

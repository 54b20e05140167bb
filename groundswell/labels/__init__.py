"""What people say of posts, as the measure for models: whom to ask what, and how far they agree."""

LABELS = ("against", "none", "favor", "unclear", "skip")
TRUTHS = LABELS[:3]  # what a post can be; of unclear ones nobody knows, and a skip says nothing

# Below this no band is drawn; see ``docs``: a share corrected by less is a guess.
LEAST_LABELS = 100
LEAST_OF_EACH = 30

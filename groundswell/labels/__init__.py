"""What people say of posts, as the measure for models: whom to ask what, and how far they agree."""

LABELS = ("against", "none", "favor", "unclear", "off_topic", "skip")
TRUTHS = LABELS[:3]  # stances. Off topic: nothing of the story; a skip says nothing of the post

# Below this no band is drawn. A share corrected by less is a guess.
LEAST_LABELS = 100
LEAST_OF_EACH = 10

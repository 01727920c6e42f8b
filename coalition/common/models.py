"""Abstract model bases."""

from django.db import models


class TimeStampedModel(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class VersionedModel(models.Model):
    """A record that people edit; `version` tells the second of two editors."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

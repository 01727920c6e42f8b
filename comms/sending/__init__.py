"""The mail pipeline: claim, fence, send, prove; it knows nothing of what it carries."""

"""Example regions: data files a person can read, and the loader that types them in through the same verbs as the screens."""

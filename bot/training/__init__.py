"""Training the learned reader: needs scikit-learn, which a service that only reads does without."""

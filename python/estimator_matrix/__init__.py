"""Every estimator of scikit-learn, fitted on real data, saved, and answered by Setosa's engine."""

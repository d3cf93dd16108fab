"""Every word a person reads, as gettext catalogues, one folder a language."""

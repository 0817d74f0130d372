#!/usr/bin/env python3
"""Django's own commands, with Turnabout's settings; everyday work goes through `turnabout`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "turnabout.project.settings")
    execute_from_command_line(sys.argv)

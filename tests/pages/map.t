#!/usr/bin/perl
# The map of ships in Debian's Chromium, drawn by software: what map.mjs says.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Pages;

need_browser();
exit run_node('map.mjs', serve_examples());

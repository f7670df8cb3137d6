#!/usr/bin/perl
# Every page of the example cases in Debian's Chromium: with and without JavaScript, wide and narrow, light and
# dark; walk.mjs says what is looked at.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Pages;

need_browser();
exit run_node('walk.mjs', serve_examples());

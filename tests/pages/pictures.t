#!/usr/bin/perl
# Ten pages of the example cases as pictures, against those that were found good; pictures.mjs says how near they
# must be.  EMBARGO_BLESS=1 writes them anew: look at each page first.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Pages;

need_browser();
exit run_node('pictures.mjs', serve_examples());

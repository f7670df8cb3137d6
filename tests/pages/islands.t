#!/usr/bin/perl
# What the pages' scripts weigh, and that their lock file names no registry.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use IO::Compress::Gzip qw(gzip $GzipError);
use Pages;
use Test::More;

use constant BUDGET => 60 * 1024;       # of all scripts of one page but the map, compressed

sub slurp {
        my ($path) = @_;
        open my $in, '<:raw', $path or return '';
        local $/ = undef;
        return <$in> // '';
}

sub weight {
        my ($path) = @_;
        my ($bytes, $packed) = (slurp($path));
        gzip(\$bytes, \$packed, -Level => 6) or die $GzipError;
        return length $packed;
}

my $lock = slurp("$PROJECT/ui/package-lock.json");
ok(length $lock, 'there is a lock file');
unlike($lock, qr{://|"resolved"}, 'and no host stands in it');
my @loose = grep { !/"\d+\.\d+\.\d+"/ } grep { m{^\s*"[\w@/.-]+": "[^"]*\d} } split /\n/, slurp("$PROJECT/ui/package.json");
is("@loose", '', 'the packages have exact versions');

my %made = map { m{/([^/]+)\.js$} ? ($1 => $_) : () } glob "$BUILD/islands/made/*.js";
SKIP: {
        skip 'this build has no islands: no script was weighed', 1 unless %made;
        my @sources = map { m{([^/]+)\.js$} } glob "$PROJECT/ui/src/*.js";
        is_deeply([grep { !$made{$_} } @sources], [], 'every file of ui/src has become an island');
        my $shell = weight($made{shell});
        for my $name (sort grep { $_ ne 'shell' && !/^map/ } keys %made) {
                my $all = $shell + weight($made{$name});
                cmp_ok($all, '<', BUDGET, "a page with $name.js: $all bytes of script, compressed");
        }
        cmp_ok($shell, '<', BUDGET, "any other page: $shell bytes");
        like(slurp("$BUILD/islands/made/licences.txt"), qr/^What the scripts/, 'the licences of what is inside go along');
}
done_testing();

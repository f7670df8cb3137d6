#!/usr/bin/perl
# Pages that are made before anybody asks: once the case has been read, and again when it has changed.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Desk;
use Test::More;

my $dir = scratch();
embargo('demo', "$dir/c");
my @heavy = qw(/ /measures /charts /report /ships/top);

sub how { my $said = $_[0]{headers}{'server-timing'} // ''; return $said =~ /^(kept|made)/ ? $1 : 'nothing' }

# How often the log says that the page was made ahead.
sub ahead { my ($s, $path) = @_; return scalar(() = Serve::slurp("$s->{log}") =~ /ahead \Q$path\E 200 /g) }

sub wait_for {
        my ($s, $path, $times) = @_;
        for (1 .. 600) {
                return 1 if ahead($s, $path) >= $times;
                select undef, undef, undef, 0.1;
        }
        return 0;
}

sub wait_for_all {
        my ($s) = @_;
        my $log = '';
        for (1 .. 600) {
                last if ($log = Serve::slurp("$s->{log}")) =~ /\(all\)/;
                select undef, undef, undef, 0.1;
        }
        return $log;
}

# ---- nobody asks for anything
my $s = start_case("$dir/c");
for my $target (@heavy) {
        ok(wait_for($s, $target, 1), "$target is made before anybody asks");
        my $reply = get($s, $target);
        is($reply->{status}, 200, '... and comes');
        is(how($reply), 'kept', '... as it was kept');
}
is(how(get($s, '/claims')), 'made', 'a page that is made at once waits until somebody asks');
is(how(get($s, '/claims')), 'kept', '... and is kept then');
is(how(get($s, '/?kind=worker')), 'made', 'so is one with parameters');
ok(wait_for($s, '/report', 2), 'the report is made for the other templates too');
like(wait_for_all($s), qr/^ahead \(all\) 0 /m, 'the log says when all are made');
is(how(get($s, '/report?template=screening')), 'kept', '... and kept');
is(how(get($s, '/no-such-page')), 'nothing', 'a refusal does not say what it cost');

# ---- who may ask is asked all the same
is(get($s, '/report', Authorization => 'Bearer wrong')->{status}, 401, 'what is kept is shown to those who may ask');

# ---- the case changes
my $before = get($s, '/report')->{headers}{etag};
my $made = ahead($s, '/charts');
add_hostile("$dir/c", $dir);
my $home = page($s, '/');
for (1 .. 100) {                # the first ask begins to read the case; until then the page is the one before
        last unless $home->{content} =~ /has just changed/;
        select undef, undef, undef, 0.1;
        $home = page($s, '/');
}
ok(wait_for($s, '/charts', $made + 1), 'when a visitor has had the changed case read, pages are made ahead of the next one');
my $report = get($s, '/report');
is(how($report), 'kept', 'the report, which comes before the charts, is kept');
isnt($report->{headers}{etag}, $before, '... as it is now');

# ---- the end
is(stop($s), 0, 'the service ends');
$s = start_case("$dir/c");
is(stop($s), 0, 'also in the midst of making pages');

done_testing();

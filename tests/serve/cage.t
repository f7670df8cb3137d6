#!/usr/bin/perl
# The walls of the running server, as the kernel tells of them, and that it serves inside them.  What they keep out is tried from
# inside by tests/unit/test_cage.c.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Config;
use Test::More;
use Time::HiRes qw(sleep);

my $dir = scratch();
my $case = make_case("$dir/case");

sub state_of {          # SERVER, FIELD of /proc/PID/status
        my ($s, $field) = @_;
        return (Serve::slurp("/proc/$s->{pid}/status") =~ /^$field:\s*(\S+)/m)[0];
}
sub threads {           # the same of every thread
        my ($s, $field) = @_;
        return map { (Serve::slurp("$_/status") =~ /^$field:\s*(\S+)/m)[0] // () } glob "/proc/$s->{pid}/task/*";
}
# What the server has said, once it says this: its lines may come after the one with the address.
sub said {              # SERVER, PATTERN
        my ($s, $like) = @_;
        my $log;
        for (1 .. 300) {
                last if ($log = Serve::slurp("$s->{log}")) =~ $like;
                select undef, undef, undef, 0.1;
        }
        return $log;
}
sub ends_in { return scalar grep { $_ && /$_[1]$/ } map { readlink } glob "/proc/$_[0]{pid}/fd/*" }
# What is open for writing, as the kernel lists it.
sub writable {
        my ($s) = @_;
        my @open;
        for my $fd (glob "/proc/$s->{pid}/fd/*") {
                my ($n) = $fd =~ /(\d+)$/;
                my ($flags) = Serve::slurp("/proc/$s->{pid}/fdinfo/$n") =~ /^flags:\s*(\d+)/m;
                my $to = readlink $fd;
                push @open, $to if defined $flags && $to && $to =~ m{^/} && (oct $flags) & 3;
        }
        return sort @open;
}
sub entry { return (patient($_[0], '/')->{content} =~ /ledger entry ([0-9]+)/)[0] }
sub embargo {
        open my $said, '-|', "'$Serve::embargo' @_ 2>&1" or die;
        my @lines = <$said>;
        close $said;
        return $? >> 8;
}

sub embargo_says { my $said = qx('$Serve::embargo' --case '$case' @_ 2>/dev/null); return $said =~ s/\s+/ /gr }

my $s = start_case($case);
is(state_of($s, 'Seccomp'), 2, 'a filter of calls is in force');
is(state_of($s, 'NoNewPrivs'), 1, 'and no right can be had anew');
my @of_threads = threads($s, 'Seccomp');
cmp_ok(scalar @of_threads, '>', 4, 'there are threads');
is((grep { $_ ne '2' } @of_threads), 0, 'and every one is behind it');
is(patient($s, '/')->{status}, 200, 'a page is made');
is_deeply([grep { m{^\Q$dir\E} } writable($s)], ["$case/case.db-shm"], 'of the case only the locks of readers are open for writing');
like(said($s, qr/seccomp: no program can be started, no connection opened, nothing written$/m), qr/seccomp: no program can be started, no connection opened, nothing written$/m, 'it says what holds it');
unlike(Serve::slurp("$s->{log}"), qr/NO CAGE/, 'and nothing louder');

# Others write while it reads; it sees what they did, also after they have gone and after a kill.
my $before = entry($s);
open my $made, '>', "$dir/new.csv" or die;
print {$made} "id,day,what\nx,2020-01-01,y\n";
close $made;
is(embargo("--case '$case' add '$dir/new.csv'"), 0, 'the command line writes beside it');
my $after;
for (1 .. 120) {        # the page of before is shown while the case is read again
        $after = entry($s);
        last if $after > $before;
        sleep 0.3;
}
cmp_ok($after, '>', $before, 'and the pages show it');
defined(my $pid = fork) or die;
if (!$pid) { open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null'; exec $Serve::embargo, '--case', $case, 'find' }
sleep 0.05;
kill 'KILL', $pid;
waitpid $pid, 0;
is(patient($s, '/')->{status}, 200, 'a writer that was killed leaves it reading');
is(stop($s), 0, 'ends well');

# A case in which nobody has made the files of the log, and one that lies where nothing can be written.
is(embargo("--case '$case' status"), 0, 'the case is sound after it');
$s = start_case($case);
is(patient($s, '/')->{status}, 200, 'it can be served again');
is(stop($s), 0, 'ends well');

# With --write: a route of the pages that writes may be absent from a build of this file alone, so the rights are what is looked at.
$s = start_case($case, '--write');
is(state_of($s, 'Seccomp'), 2, 'with --write the filter is in force, too');
is(patient($s, '/')->{status}, 200, 'and pages are made');
like(said($s, qr/nothing written but the case|files can be written everywhere/), qr/nothing written but the case|files can be written everywhere/, 'it says what may be written');
is(stop($s), 0, 'ends well');

# A kernel without Landlock, made by a filter that answers its first call as such a kernel does (ENOSYS): what is then left open is
# said at the start, by the doctor's page and by the command; with Landlock none of them says it.
my ($prctl) = map { { 'x86_64' => 157, 'aarch64' => 167 }->{ (split /-/, $Config{archname})[0] } } 1;
my $open_words = qr/can write every file that you can/;
my $land = embargo_says('doctor') =~ /Landlock \d+ and seccomp hold/;
SKIP: {
        skip 'SKIPPED LOUDLY: how a filter is put up is not known for this machine', 7 unless $prctl;
        open my $to, '>', "$dir/bare" or die;
        print {$to} <<"EOF_BARE";
#!$^X
my \$filter = pack('SCCL' x 4, 0x20, 0, 0, 0, 0x15, 0, 1, 444, 0x06, 0, 0, 0x00050000 | 38, 0x06, 0, 0, 0x7fff0000);
my \$program = pack('S x6 P', 4, \$filter);
syscall($prctl, 38, 1, 0, 0, 0) == 0 && syscall($prctl, 22, 2, \$program) == 0 or die "no filter: \$!";
exec '$Serve::embargo', \@ARGV;
EOF_BARE
        close $to;
        chmod 0755, "$dir/bare";
        local $Serve::embargo = "$dir/bare";
        $s = start_case($case, '--write');
        like(said($s, qr/^no Landlock .*but files can be written everywhere$/m), qr/^no Landlock .*but files can be written everywhere$/m, 'the start says that files can be written everywhere');
        my %is = map { $_->{check} => $_ } @{ json(patient($s, '/doctor.json'))->{rows} };
        is($is{write}{state}, 'look', 'the doctor\'s page wants that looked at');
        like($is{write}{found}, $open_words, 'and says what it means');
        like($is{write}{next}, qr/Landlock|lsm=landlock/i, 'and what to do');
        is(stop($s), 0, 'ends well');
        like(embargo_says('doctor'), $open_words, 'the command says it before anybody serves');
        $s = start_case($case);
        is({ map { $_->{check} => $_ } @{ json(patient($s, '/doctor.json'))->{rows} } }->{write}{state}, 'fine', 'without --write seccomp alone keeps files from being written');
        stop($s);
}
SKIP: {
        skip 'SKIPPED LOUDLY: this kernel has no Landlock', 4 unless $land;
        $s = start_case($case, '--write');
        like(said($s, qr/nothing written but the case$/m), qr/nothing written but the case$/m, 'with Landlock nothing is written but the case');
        my %is = map { $_->{check} => $_ } @{ json(patient($s, '/doctor.json'))->{rows} };
        is($is{write}{state}, 'fine', 'and the doctor is content');
        unlike($is{write}{found}, $open_words, 'and says nothing else');
        unlike(embargo_says('doctor'), $open_words, 'nor does the command');
        stop($s);
}

$s = start_case($case, '--no-cage');
is({ map { $_->{check} => $_ } @{ json(patient($s, '/doctor.json'))->{rows} } }->{write}{state}, 'look', 'the doctor sees that there is no cage');
is(state_of($s, 'Seccomp'), 0, '--no-cage serves without walls');
like(said($s, qr/NO CAGE/), qr/NO CAGE/, 'and says so loudly');
is(stop($s), 0, 'ends well');
done_testing();

#!/usr/bin/perl
# What somebody could do who has found a hole in the server: inside.c is loaded into it and tries, in the thread that answers
# requests, with --write and without.  And what is over after hours, by a clock that is put forward: sessions, and waiting after
# wrong sign-ins.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Errno qw(EACCES EPERM);
use IO::Socket::INET;
use Serve;
use Test::More;

my ($cc) = grep { have($_) } 'cc', 'gcc', 'clang';
plan skip_all => 'SKIPPED LOUDLY: there is no C compiler here, so nothing was tried from inside the server' unless $cc;
plan skip_all => 'SKIPPED LOUDLY: nothing can be loaded into a build with a sanitizer' if qx(ldd '$Serve::embargo' 2>/dev/null) =~ /lib[at]san/;
my $dir = scratch();
system($cc, '-shared', '-fPIC', '-D_GNU_SOURCE', '-O1', '-o', "$dir/inside.so", "$FindBin::Bin/inside.c") == 0 or die "inside.c does not compile\n";
my $case = "$dir/case";
system("'$Serve::embargo' --quiet init '$case' --regime dprk --author tests") == 0 or die "no case\n";
my $landlock = (syscall(444, 0, 0, 1) // -1) > 0;       # landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION)

my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 5) or die "no port: $!";
sub inside {            # WORD...: what came of each attempt, by its name
        my $told = "$dir/told";
        unlink $told;
        local %ENV = (%ENV, LD_PRELOAD => "$dir/inside.so", EMBARGO_TEST_TOLD => $told, EMBARGO_TEST_CASE => $case, EMBARGO_TEST_OTHER => "$dir/other", EMBARGO_TEST_PORT => $listener->sockport);
        my $s = start_case($case, @_);
        get($s, '/healthz');
        stop($s);
        my %came = Serve::slurp($told) =~ /^(\w+) (\d+)$/mg;
        die "nothing was tried\n" if Serve::slurp($told) !~ /^end$/m;
        return \%came;
}
# EPERM is the filter's, EACCES Landlock's, which refuses some of these as well.
sub filtered { my ($came, $what, $name) = @_; is($came->{$what}, EPERM, $name) }
sub refused { my ($came, $what, $name) = @_; ok($came->{$what} == EACCES || $came->{$what} == EPERM, $name) or diag("$what: error $came->{$what}") }

# The pairs: the same attempts where there is no cage.
my $free = inside('--no-cage');
is($free->{$_}, 0, "without a cage it can be done: $_") for qw(program new_socket old_socket passwords elsewhere case_read case_write case_make case_rights code);
unlink "$dir/other", "$case/made-inside";

my $reader = inside();
filtered($reader, 'program', 'it starts no program');
filtered($reader, 'new_socket', 'it makes no socket');
filtered($reader, 'old_socket', 'a socket from before connects nowhere');
filtered($reader, 'code', 'it makes no code');
filtered($reader, 'ring', 'no ring of calls that would go past the list');
refused($reader, 'trace', 'it traces nobody');
is($reader->{case_read}, 0, 'it reads the case');
refused($reader, 'case_write', 'it does not write the case');
refused($reader, 'case_make', 'it makes no file there');
refused($reader, 'case_rights', 'it does not change whose files are');
refused($reader, 'elsewhere', 'it writes no file elsewhere');
SKIP: {
        skip 'SKIPPED LOUDLY: this kernel offers no Landlock, so other files can be read', 1 unless $landlock;
        refused($reader, 'passwords', 'it reads no file but the case');
}

my $writer = inside('--write');
filtered($writer, 'program', 'with --write it starts no program either');
filtered($writer, 'old_socket', 'nor connects');
is($writer->{case_write}, 0, 'it writes the case');
is($writer->{case_make}, 0, 'makes files there');
SKIP: {
        skip 'SKIPPED LOUDLY: this kernel offers no Landlock, so files can be written elsewhere with --write', 2 unless $landlock;
        refused($writer, 'elsewhere', 'but none elsewhere');
        refused($writer, 'passwords', 'nor reads them');
}

# ---- hours later (session.c: eight hours unused, seven days in all)
my $clock = "$dir/clock";
my $ahead = 0;
sub later {             # all of eight bytes at once, in place
        $ahead += $_[0];
        open my $to, '+<:raw', $clock or die;
        syswrite $to, pack 'q<', $ahead or die;
}
open my $make, '>:raw', $clock or die;
print {$make} pack 'q<', 0;
close $make;
my $s;
{
        local %ENV = (%ENV, LD_PRELOAD => "$dir/inside.so", EMBARGO_TEST_CLOCK => $clock);
        $s = start_case($case);
}
sub shown { return (raw($s, request('GET /docs', "Host: 127.0.0.1:$s->{port}", "Cookie: $_[0]")) =~ m{^HTTP/1\.1 (\d+)})[0] // 'closed' }
my $cookie = session($s);
is(shown($cookie), 200, 'who has signed in is known');
later(7 * 3600);
is(shown($cookie), 200, 'seven hours later, too');
later(7 * 3600);
is(shown($cookie), 200, 'and another seven, for it was used in between');
later(8 * 3600 + 1);
is(shown($cookie), 401, 'after eight hours unused it is over');
delete $s->{session};
$cookie = session($s);
my $used = 0;
for (1 .. 23) { later(7 * 3600); $used++ if shown($cookie) == 200 }
is($used, 23, 'used every seven hours it lasts for 161 hours');
later(7 * 3600 + 1);
is(shown($cookie), 401, 'and is over after the seven days, however much it is used');
is(stop($s), 0, 'ends well');
done_testing();

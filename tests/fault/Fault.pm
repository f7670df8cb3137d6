# Fault.pm -- what the fault tests share: the program, cases, seeded chance.
#
# The program is $EMBARGO (build/embargo), the evidence examples/dprk-2022.
# Chance comes from $EMBARGO_SEED (1718) and is printed, so that a failing run
# can be run again; $EMBARGO_ROUNDS says how many rounds.
package Fault;
use strict;
use warnings;
use Cwd ();
use Digest::SHA ();
use Exporter 'import';
use File::Basename qw(dirname);
use File::Temp ();
use Test::More;
use Time::HiRes ();

our @EXPORT = qw($EMBARGO $PROJECT $EVIDENCE scratch seed rounds embargo start finish
        works make_case slurp spew digest sql said held rows_of tally escapes);

our $PROJECT = $ENV{PROJECT} // Cwd::abs_path(dirname(__FILE__) . '/../..');
our $EMBARGO = $ENV{EMBARGO} // "$PROJECT/build/embargo";
our $EVIDENCE = "$PROJECT/examples/dprk-2022";

# A world in which the same input gives the same bytes.
$ENV{SOURCE_DATE_EPOCH} = 1767225600;
$ENV{NO_COLOR} = 1;
$ENV{COLUMNS} = 100;
$ENV{USER} = $ENV{LOGNAME} = 'tester';
$ENV{LC_ALL} = 'C';

my $scratch;
sub scratch {   # one folder for the test, gone at its end
        $scratch //= File::Temp->newdir('embargo-fault-XXXXXX', TMPDIR => 1);
        return "$scratch";
}

sub seed {
        my $seed = $ENV{EMBARGO_SEED} // 1718;
        srand $seed;
        diag("EMBARGO_SEED=$seed") if $ENV{EMBARGO_SEED};
        note("EMBARGO_SEED=$seed");
}

sub rounds {
        my ($default) = @_;
        return $ENV{EMBARGO_ROUNDS} // $default;
}

sub slurp {
        my ($path) = @_;
        open my $in, '<:raw', $path or return undef;
        local $/ = undef;
        return <$in> // '';
}

sub spew {
        my ($path, @bytes) = @_;
        open my $out, '>:raw', $path or die "$path: $!";
        print $out @bytes;
        close $out or die "$path: $!";
}

sub digest {
        my ($path) = @_;
        my $bytes = slurp($path);
        return defined $bytes ? Digest::SHA::sha256_hex($bytes) : 'absent';
}

# Starts `embargo WORD...`; {limit => ['-d', KiB]} sets a ulimit, {in => FOLDER}
# the folder it runs in.  Returns the process id.
sub start {
        my ($how, @words) = ref $_[0] ? @_ : ({}, @_);
        my $base = scratch();
        defined(my $pid = fork) or die "fork: $!";
        return $pid if $pid;
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$base/stdout" or POSIX::_exit(99);
        open STDERR, '>', "$base/stderr" or POSIX::_exit(99);
        chdir $how->{in} if $how->{in};
        $SIG{XFSZ} = 'IGNORE';
        if (my $limit = $how->{limit}) {
                exec '/bin/sh', '-c', "ulimit $limit->[0] $limit->[1] && exec \"\$@\"", 'sh',
                        $EMBARGO, @words;
        }
        exec $EMBARGO, @words;
        exit 99;
}

# What became of it: its exit code, or minus the signal.
sub finish {
        my ($pid) = @_;
        waitpid $pid, 0;
        return $? & 127 ? -($? & 127) : $? >> 8;
}

sub embargo {
        return finish(start(@_));
}

sub said {      # what the last command printed, both streams
        return (slurp(scratch() . '/stdout') // '') . (slurp(scratch() . '/stderr') // '');
}

sub works {     # a command that must succeed for the test to make sense
        my $code = embargo(@_);
        return if $code == 0;
        my @words = grep { !ref } @_;
        BAIL_OUT("embargo @words: exit $code: " . said());
}

sub make_case { # FOLDER [EVIDENCE]: with all evidence in it
        my ($case, $evidence) = @_;
        works('init', $case, '--regime', 'dprk');
        works('--case', $case, 'add', $evidence // $EVIDENCE);
}

sub sql {       # rows of a statement on a case's database, columns joined with \x1f
        my ($case, $statement) = @_;
        open my $out, '-|', 'sqlite3', '-batch', '-bail', '-separator', "\x1f", "$case/case.db",
                $statement or die "sqlite3: $!";
        chomp(my @rows = <$out>);
        close $out or die "sqlite3 failed: $statement";
        return @rows;
}

# What a case holds: the hash of each source, and how many records and rows in
# quarantine stand under it.
sub held {
        my ($case) = @_;
        return map { split /\x1f/ } sql($case, 'select s.sha256,'
                . ' (select count(*) from em_record r join em_intake i on r.intake = i.id where i.source = s.id)'
                . ' + (select count(*) from em_quarantine q join em_intake i on q.intake = i.id where i.source = s.id)'
                . ' from em_source s');
}

sub rows_of {   # "taken+quarantined" of one source
        my ($case, $hash) = @_;
        my ($got) = sql($case, "select count(r.id) from em_record r join em_intake i on r.intake = i.id"
                . " join em_source s on i.source = s.id where s.sha256 = '$hash'");
        my ($aside) = sql($case, "select count(q.id) from em_quarantine q join em_intake i on q.intake = i.id"
                . " join em_source s on i.source = s.id where s.sha256 = '$hash'");
        return "$got+$aside";
}

sub tally {     # [sources, entries in the ledger]
        my ($case) = @_;
        return map { int } sql($case, 'select count(*) from em_source; select count(*) from em_ledger');
}

# Does a text hold a control byte (of ASCII or, as UTF-8, of Latin-1) other than a
# line end or a tab, or a mark that turns the direction of writing?
sub escapes {
        my ($text) = @_;
        return $text =~ /[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]/;
}

1;

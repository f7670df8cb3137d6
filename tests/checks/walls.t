#!/usr/bin/perl
# Each wall of the service has a test that fails without it: walls.txt names the wall, the lines that are it, and the test.
#
# The program is built once; for each wall one or two source files are compiled again with those lines taken out (or others put
# in their place) and linked before the library, so that the rest is the program as it is.  Then the test file runs on that program
# until its first failure, which must be the one that walls.txt names; that the same file passes on the whole program is what
# `tools/run-tests build serve` shows.  Some are tried at a time, for most of them wait.  `tests/checks/walls.t host token`
# tries those whose name has one of the words; EMBARGO_BUILD is the folder of the build (build).
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use JSON::PP ();

my $project = abs_path(dirname(__FILE__) . '/../..');
chdir $project or die "$project: $!";
my $build = $ENV{EMBARGO_BUILD} // 'build';
my $place = "$project/build-check-walls";
delete @ENV{qw(HARNESS_OPTIONS HARNESS_ACTIVE EMBARGO_TOKEN EMBARGO_CASE CMOCKA_MESSAGE_OUTPUT)};
@ENV{qw(LC_ALL EMBARGO_DATA)} = ('C', $project);

sub slurp {
        my ($path) = @_;
        open my $in, '<:raw', $path or die "$path: $!";
        local $/ = undef;
        return <$in> // '';
}

sub spill {
        my ($path, $text) = @_;
        make_path(dirname($path));
        open my $out, '>:raw', $path or die "$path: $!";
        print {$out} $text;
        close $out or die "$path: $!";
}

# Paragraphs of "key: value"; in, take and put come in threes, and may come again.
sub read_walls {
        my @walls;
        for my $part (split /\n(?:[ \t]*\n)+/, slurp("$project/tests/checks/walls.txt") =~ s/^#.*\n//mgr) {
                my (%wall, @cuts);
                for my $line (grep { /\S/ } split /\n/, $part) {
                        my ($key, $value) = $line =~ /^(wall|in|take|put|test|says|wait): ?(.*)$/ or die "walls.txt: not understood: $line\n";
                        if ($key eq 'in') { push @cuts, { in => $value, put => '' } }
                        elsif ($key =~ /^(take|put)$/) { push @cuts, { in => $cuts[-1]{in}, put => '' } if $key eq 'take' && defined $cuts[-1]{take}; $cuts[-1]{$key} = $value }
                        else { $wall{$key} = $value }
                }
                next unless %wall;
                defined $wall{$_} or die "walls.txt: no $_: in $part\n" for qw(wall test says);
                @cuts && !grep { !defined $_->{take} } @cuts or die "walls.txt: nothing is taken out: $part\n";
                push @walls, { %wall, cuts => \@cuts };
        }
        return @walls;
}

# The source files without the wall, by their path.  A text that stands there twice, or no more, is an error of walls.txt.
sub without {
        my ($wall) = @_;
        my %text;
        for my $cut (@{ $wall->{cuts} }) {
                my $text = \($text{ $cut->{in} } //= slurp("$project/$cut->{in}"));
                my $times = () = $$text =~ /\Q$cut->{take}\E/g;
                die "$cut->{in} has this $times times, not once: $cut->{take}\n" if $times != 1;
                $$text =~ s/\Q$cut->{take}\E/$cut->{put}/;
        }
        return \%text;
}

my (%compile, $link);
sub read_commands {
        for my $c (@{ JSON::PP->new->decode(slurp("$build/compile_commands.json")) }) {
                (my $path = $c->{file}) =~ s{^\.\./}{};
                $compile{$path} = $c if $c->{output} =~ /^libembargo/;
        }
        ($link) = grep { / -o embargo / } qx(ninja -C '$build' -t commands embargo);
        die "how the program is linked is not known\n" unless $link;
        chomp $link;
}

sub shell {             # in the build folder; dies with what was said
        my ($command) = @_;
        my $said = qx(cd '$build' && { $command; } 2>&1);
        die "$command\n$said" if $?;
}

# The program without the wall.
sub make_without {
        my ($wall, $dir) = @_;
        my ($text, @objects) = (without($wall));
        for my $path (sort keys %$text) {
                my $c = $compile{$path} or die "$path is no source file of the library\n";
                spill("$dir/$path", $text->{$path});
                (my $object = "$dir/$path") =~ s/\.c$/.o/;
                (my $command = $c->{command}) =~ s/ -o \S+ -c \S+$//;
                $command =~ s/ -M[DQF](?: \S+\.o(?:\.d)?)?//g;
                # Where an include by name alone would have been found.
                shell("$command -iquote '$project/" . dirname($path) . "' -w -o '$object' -c '$dir/$path'");
                push @objects, "'$object'";
        }
        (my $command = $link) =~ s/ -o embargo / -o '$dir\/embargo' @objects /;
        shell($command);
}

# Runs the test until something fails: undef when that is what walls.txt says, else what is wrong; the second is why it was skipped.
sub fails_as_said {
        my ($wall, $dir) = @_;
        make_path("$dir/tmp");
        defined(my $pid = open my $from, '-|') or die "fork: $!";
        if (!$pid) {
                setpgrp;
                @ENV{qw(EMBARGO TMPDIR)} = ("$dir/embargo", "$dir/tmp");
                $ENV{EMBARGO_TEST_PATIENCE} = $wall->{wait} if $wall->{wait};
                open STDERR, '>', "$dir/said" or die;
                exec $wall->{test} or die "$wall->{test}: $!";
        }
        local $SIG{TERM} = sub { kill 'KILL', -$pid; exit 1 };
        my ($first, $passed, $skipped);
        while (my $line = <$from>) {
                $passed++ if $line =~ /^ok/;
                $skipped = $line if $line =~ /# skip\b/i && ($line =~ /^1\.\.0/ || index($line, $wall->{says}) >= 0);
                next unless $line =~ /^not ok \d+ - (.*)$/;
                $first = $1;
                last;
        }
        kill 'KILL', -$pid;             # the servers that it started, too
        close $from;
        return ("first this failed, not \"$wall->{says}\": $first") if defined $first && index($first, $wall->{says}) < 0;
        return if defined $first;
        return (undef, $skipped =~ s/\s+$//r) if $skipped;
        return ("no test noticed; " . ($passed // 0) . " passed\n" . slurp("$dir/said"));
}

sub try_wall {          # in a process of its own; its words go to FILE
        my ($wall, $number) = @_;
        my $dir = "$place/$number";
        remove_tree($dir);
        make_path($dir);
        my ($wrong, $skipped) = eval { make_without($wall, $dir); fails_as_said($wall, $dir) };
        $wrong = $@ if $@;
        my $by = basename($wall->{test}) . ": $wall->{says}";
        my $line = defined $wrong ? "not ok $number - without $wall->{wall} a test fails ($by)\n" . $wrong =~ s/^/# /mgr . "\n"
                : $skipped ? "ok $number # SKIP without $wall->{wall}: $skipped\n" : "ok $number - without $wall->{wall} a test fails ($by)\n";
        remove_tree($dir);
        spill("$place/$number.tap", $line);
}

make_path($place);
system("tools/configure '$build' >'$place/build.log' 2>&1 && ninja -C '$build' embargo >>'$place/build.log' 2>&1") == 0
        or do { print "1..0\nBail out! the program does not build: $place/build.log\n"; exit 1 };
read_commands();
my @walls = read_walls();
@walls = grep { my $wall = $_; grep { index(lc $wall->{wall}, lc $_) >= 0 } @ARGV } @walls if @ARGV;
# Most of a test's time is waiting: for a process to start, a case to be read, a slow client to be cut off.
chomp(my $cores = qx(nproc));
my ($next, $told, %running, %line) = (0, 0);
$| = 1;
print '1..' . @walls . "\n";
# Those that wait long come first.
my @order = sort { ($walls[$b]{test} =~ /slow|remote/) <=> ($walls[$a]{test} =~ /slow|remote/) || $a <=> $b } 0 .. $#walls;
my $failed = 0;
$SIG{$_} = sub { kill 'TERM', keys %running; exit 1 } for qw(TERM INT HUP);
while ($told < @walls) {
        while ($next < @order && keys %running < $cores + 1) {
                my $i = $order[$next++];
                unlink "$place/" . ($i + 1) . '.tap';
                defined(my $pid = fork) or die "fork: $!";
                if (!$pid) { @SIG{qw(TERM INT HUP)} = ('DEFAULT') x 3; try_wall($walls[$i], $i + 1); exit 0 }
                $running{$pid} = $i + 1;
        }
        my $number = delete $running{ wait() } // die "a process was lost\n";
        $line{$number} = slurp("$place/$number.tap");
        $failed++ if $line{$number} =~ /^not ok/;
        print $line{ ++$told } while $told < @walls && defined $line{ $told + 1 };
}
exit($failed ? 1 : 0);

#!/usr/bin/perl
# A full disk: add, find and report end with code 74, nothing is lost, and when
# there is room again the next command goes on.  Once on a small tmpfs (the
# kernel says "no space"), once under a file size limit (it says "too large").
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use Test::More;

use constant IO_FAILED => 74;

my $dir = scratch();
my $whole = "$dir/whole";
make_case($whole);
works('--case', $whole, 'find');
works('--case', $whole, 'report');
my %all = held($whole);
my @papers = qw(report/index.html report/report.json);

sub unharmed {  # a case that holds no half source, loses none and verifies
        my ($case, $before, $name) = @_;
        my %now = held($case);
        my @wrong = (map({ "lost $_" } grep { !exists $now{$_} } keys %$before),
                map({ "half-taken $_" } grep { $now{$_} != ($all{$_} // -1) } keys %now));
        push @wrong, said() if embargo('--case', $case, 'verify') != 0;
        ok(!@wrong, $name) or diag(@wrong);
        return %now;
}

sub same_end {
        my ($case, $where) = @_;
        is_deeply({ held($case) }, \%all, "$where: in the end everything is held");
        is(digest("$case/$_"), digest("$whole/$_"), "$where: $_ is the same") for @papers;
}

# ---- a small tmpfs --------------------------------------------------------------

sub mounted {
        my ($at) = @_;
        mkdir $at;
        return system("mount -t tmpfs -o size=64m none '$at' 2>/dev/null") == 0;
}

sub ballast {   # fills the disk but for so many KiB
        my ($disk, $kib) = @_;
        unlink "$disk/ballast";
        return if !defined $kib;
        my ($free) = (`df -k --output=avail '$disk'` =~ /(\d+)\s*$/);
        system('dd', 'if=/dev/zero', "of=$disk/ballast", 'bs=1024', 'count=' . ($free - $kib),
                'status=none') == 0 or die 'dd';
}

sub squeeze {   # runs a command with less room than it needs, then with more and more
        my ($disk, $case, @words) = @_;
        my %held = held($case);
        my ($failed, $kib) = (0, 0);
        while (1) {
                ballast($disk, $kib);
                my $code = embargo('--case', $case, @words);
                my $said = said();
                ballast($disk, undef);
                last if $code == 0;
                is($code, IO_FAILED, "$words[0] with $kib KiB free says so") or diag($said);
                $failed++;
                %held = unharmed($case, \%held, "$words[0] with $kib KiB free harmed nothing");
                $kib = $kib ? $kib * 4 : 16;
                last if $kib > 65536;
        }
        ok($failed, "$words[0] was short of room $failed times");
        works('--case', $case, @words);
}

SKIP: {
        my $disk = "$dir/disk";
        mounted($disk) or skip('mounting a tmpfs is not permitted here', 1);
        my $case = "$disk/case";
        works('init', $case, '--regime', 'dprk');
        squeeze($disk, $case, 'add', $EVIDENCE);
        squeeze($disk, $case, 'find');
        squeeze($disk, $case, 'report');
        same_end($case, 'tmpfs');
        system('umount', $disk);
}

# ---- a limit on the size of files -------------------------------------------------

my $case = "$dir/limited";
works('init', $case, '--regime', 'dprk');
my %held = held($case);
for my $step (['add', $EVIDENCE], ['find'], ['report']) {
        my $failed = 0;
        for my $blocks (0, 16, 128) {
                my $code = embargo({ limit => ['-f', $blocks] }, '--case', $case, @$step);
                my $said = said();
                next if $code == 0;
                $failed++;
                is($code, IO_FAILED, "$step->[0] with files of at most $blocks blocks says so") or diag($said);
                %held = unharmed($case, \%held, "$step->[0] with $blocks blocks harmed nothing");
        }
        ok($failed, "$step->[0] met the limit $failed times");
        works('--case', $case, @$step);
}
same_end($case, 'file size limit');

END { system("umount '$dir/disk' 2>/dev/null") if $dir && -e "$dir/disk/case" }
done_testing();

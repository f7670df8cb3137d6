#!/usr/bin/perl
# Every AIS message of the shared files, decoded by us and by gpsdecode (gpsd-clients), field by field.
#
# Each message goes to gpsdecode alone and whole, so that only the decoding is compared.  What gpsd says we must say, under the same key;
# where we do not, the reason stands in %why and in doc/ais.md, and is counted.
use strict;
use warnings;
use File::Basename qw(dirname);
use JSON::PP ();
use Test::More;

my $program = dirname($ENV{EMBARGO} // 'build/embargo') . '/tests/ais_lines';
my $folder = ($ENV{EMBARGO_SHARED} // '../shared') . '/data/ais/nmea';
my $version = `gpsdecode -V 2>&1` // '';
plan skip_all => 'gpsdecode is not installed (Debian: gpsd-clients); no message was compared' unless $version =~ /gpsdecode.*\d/;
plan skip_all => "$folder is not there (set EMBARGO_SHARED); no message was compared" unless -d $folder;
plan skip_all => "$program is not built; no message was compared" unless -x $program;
diag("$version");

# ---- messages out of the files: checksums right, parts in any order between other lines ------------------

my (@message, %seen, %open);
my %read = (sentences => 0, checksum => 0, messages => 0, again => 0);
for my $file (sort glob "$folder/*") {
        my @cat = $file =~ /\.zst$/ ? ('zstd', '-dqc') : $file =~ /\.gz$/ ? ('gzip', '-dc') : ('cat');
        open my $in, '-|', @cat, $file or die "$file: $!";
        %open = ();
        while (my $line = <$in>) {
                while ($line =~ /!(([A-Z]{2}VD[MO]),(\d*),(\d*),(\d*),([^,]*),([0-W`-w]*),([0-5]))\*([0-9A-Fa-f]{2})/g) {
                        my ($body, $talker, $parts, $part, $sequence, $channel, $payload, $fill, $sum) = ($1, $2, $3 || 1, $4 || 1, $5, $6, $7, $8, $9);
                        $read{sentences}++;
                        my $is = 0;
                        $is ^= ord for split //, $body;
                        $read{checksum}++, next if $is != hex $sum;
                        next if $parts > 9 || $part > $parts;
                        my $key = "$talker,$parts,$sequence,$channel";
                        $open{$key} = [] if $part == 1;
                        my $got = $open{$key} or next;
                        next if @$got != $part - 1 || ($part < $parts && $fill);
                        push @$got, $payload;
                        next if $part < $parts;
                        delete $open{$key};
                        $read{messages}++;
                        $read{again}++, next if $seen{join('', @$got) . " $fill"}++;
                        push @message, [[@$got], $fill] if length join '', @$got;
                }
        }
        close $in;
}
cmp_ok(scalar @message, '>', 30_000, 'the shared files hold many different messages');
diag(join ', ', map { "$read{$_} $_" } sort keys %read);

# ---- both decoders ------------------------------------------------------------------------------------------

my $dir = "/tmp/embargo-gpsdecode-$$";
mkdir $dir or die "$dir: $!";
END { unlink glob "$dir/*" if $dir; rmdir $dir if $dir }

sub sentences {
        my ($m, $id) = @_;
        my ($parts, $fill) = @$m;
        my @out;
        for my $i (0 .. $#$parts) {
                my $body = join ',', 'AIVDM', scalar @$parts, $i + 1, @$parts > 1 ? $id % 10 : '', 'A', $parts->[$i], $i == $#$parts ? $fill : 0;
                my $sum = 0;
                $sum ^= ord for split //, $body;
                push @out, sprintf "!%s*%02X", $body, $sum;
        }
        return @out;
}

open my $nmea, '>', "$dir/nmea" or die;
open my $lines, '>', "$dir/lines" or die;
my %last;       # the last sentence of each message
for my $i (0 .. $#message) {
        my @s = sentences($message[$i], $i);
        print {$nmea} "$_\n" for @s;
        $last{$s[-1]} = $i unless exists $last{$s[-1]};
        print {$lines} join('', @{ $message[$i][0] }), " $message[$i][1]\n";
}
close $nmea;
close $lines;
system("gpsdecode -v -s <'$dir/nmea' >'$dir/theirs' 2>/dev/null");
is(system("'$program' <'$dir/lines' >'$dir/ours'"), 0, 'every message is read');

# Fractions as text: how many digits were printed counts.
sub fields {
        my ($line) = @_;
        $line =~ s/("[a-z_0-9]+":)(-?\d+\.\d+)/$1"$2"/g;
        $line =~ s/("nextsignal":\d+)"/$1,"/;           # gpsd forgets a comma
        return eval { JSON::PP->new->utf8->decode($line) };
}

my (@theirs, $at);
open my $in, '<', "$dir/theirs" or die;
while (<$in>) {
        chomp;
        s/\r$//;
        $at = $last{$_}, next if /^!/;
        $theirs[$at] = $_ if defined $at && /"class":"AIS"/;
}
open $in, '<', "$dir/ours" or die;
chomp(my @ours = <$in>);
is(scalar @ours, scalar @message, 'one line for each message');

# ---- differences, each with its reason (doc/ais.md, "Where gpsdecode says something else") ---------------------

my (%count, @unexplained);

sub number { return $_[0] =~ /^-?\d+(\.\d+)?$/ }

# gpsd's number is ours, rounded to gpsd's digits.
sub rounded {
        my ($theirs, $ours) = @_;
        my $digits = $theirs =~ /\.(\d+)$/ ? length $1 : 0;
        return abs($theirs - $ours) <= 0.500001 * 10 ** -$digits;
}

sub why {
        my ($key, $theirs, $ours, $t, $o) = @_;
        return 'missing' if !defined $ours;
        return 'same' if !ref $theirs && $theirs eq $ours;
        if (JSON::PP::is_bool($theirs) && JSON::PP::is_bool($ours)) {
                return $theirs == $ours ? 'same' : undef;
        }
        return 'radio of type 26' if $key eq 'radio' && $t->{type} == 26 && $theirs == 0;
        return 'sign of the turn' if $key eq 'turn' && number($theirs) && number($ours) && $theirs == -$ours;
        return 'trends' if $key =~ /^(pressuretend|leveltrend)$/ && "$theirs $ours" =~ /^(increasing decreasing|decreasing increasing)$/;
        return 'negative water level' if $key eq 'waterlevel' && $t->{fid} == 31 && $ours < 0 && rounded($theirs, (2**32 + $ours * 100) / 100);
        return $theirs == $ours ? 'same number' : 'more digits' if number($theirs) && number($ours) && rounded($theirs, $ours);
        return undef;
}

my $agree = 0;
for my $i (0 .. $#message) {
        my $bits = 6 * length(join '', @{ $message[$i][0] }) - $message[$i][1];
        my $t = defined $theirs[$i] ? fields($theirs[$i]) : undef;
        my $o = $ours[$i] =~ /^\{/ ? fields($ours[$i]) : undef;
        if (!$t || !$o) {
                my $type = ord(substr $message[$i][0][0], 0, 1) - 48;
                $type -= 8 if $type > 40;
                $count{!$t && !$o ? "both refuse type $type ($ours[$i])" : $t ? "we refuse type $type of $bits bits ($ours[$i])"
                        : "gpsd refuses type $type of $bits bits"}++;
                push @unexplained, "we refuse: $theirs[$i]" if $t;
                next;
        }
        my $bad = 0;
        for my $key (sort grep { $_ ne 'device' } keys %$t) {
                my $reason = why($key, $t->{$key}, $o->{$key}, $t, $o);
                next if ($reason // '') eq 'same';
                $count{defined $reason ? "type $t->{type}: $reason" . ($reason eq 'missing' ? " $key" : '') : "UNEXPLAINED $t->{type} $key"}++;
                push @unexplained, "$key: $theirs[$i]\n   $ours[$i]" if !defined $reason || $reason eq 'missing';
                $bad++;
        }
        $agree++ if !$bad;
}
diag("$agree of " . @message . ' messages agree in every field, letter by letter');
diag("$count{$_} x $_") for sort keys %count;
is(scalar @unexplained, 0, 'every difference is explained');
diag("... $_") for @unexplained[0 .. (@unexplained > 40 ? 39 : $#unexplained)];
done_testing();

#!/usr/bin/perl
# Every AIS message of the shared files, decoded by us and by gpsdecode (gpsd-clients), field by field.
#
# Each message goes to gpsdecode alone and whole, so that only the decoding is compared.  What gpsd says we must say, under the same key;
# where we do not, the reason stands in why() and in doc/ais.md, and is counted.
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
my @order;      # the sentences as given, each with its message when it is the last of one
for my $i (0 .. $#message) {
        my @s = sentences($message[$i], $i);
        print {$nmea} "$_\n" for @s;
        push @order, map { [$s[$_], $_ == $#s ? $i : undef] } 0 .. $#s;
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

# gpsdecode echoes each sentence before what it says of it; one that it does not echo it did not take for one.
my (@theirs, $at);
my $next = 0;
open my $in, '<', "$dir/theirs" or die;
while (<$in>) {
        chomp;
        s/\r$//;
        if (/^!/) {
                $next++ while $next < @order && $order[$next][0] ne $_;
                $at = $next < @order ? $order[$next++][1] : undef;
        } elsif (defined $at && /"class":"AIS"/) {
                $theirs[$at] = $_;
        }
}
cmp_ok($next, '==', scalar @order, 'gpsdecode took every sentence for one');
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

# Where fields end (M.1371-5, annex 8; IMO SN.1/Circ.236): what the message does not hold whole, gpsd shows of bits behind it.
my %end = ('1 radio' => 168, '15 type1_2' => 96, '15 offset1_2' => 108, '15 mmsi2' => 140, '15 type2_1' => 146, '15 offset2_1' => 158,
        '16 mmsi2' => 122, '16 offset2' => 134, '16 increment2' => 144, '8 preciptype' => 335, '8 preciptype_text' => 335,
        '8 salinity' => 344, '8 ice' => 346, '8 ice_text' => 346);
$end{"$_->[0] mmsi$_->[1]"} = 38 + 32 * $_->[1] for map { [7, $_], [13, $_] } 1 .. 4;
for my $n (1 .. 4) {
        my $at = 10 + 30 * $n;
        @end{"20 offset$n", "20 number$n", "20 timeout$n", "20 increment$n"} = ($at + 12, $at + 16, $at + 19, $at + 30);
}
# Bits that a message must have to hold its payload ("AIVDM/AIVDO protocol decoding").
my %least = ('6 1 12' => 357, '6 1 14' => 190, '6 1 18' => 317, '6 1 32' => 185);

# The bits of "count:hexadecimal" that count.
sub whole_bits {
        my ($count, $hex) = split /:/, $_[0];
        return substr unpack('B*', pack 'H*', $hex), 0, $count;
}

sub why {
        my ($key, $theirs, $ours, $t, $o, $bits) = @_;
        return 'same' if defined $ours && !ref $theirs && $theirs eq $ours;
        return 'halves joined' if $t->{type} == 24 && !exists $t->{part} && $key eq 'shipname' && $o->{part} eq 'B';
        return 'ends before it' if !$ours && $bits < ($end{"$t->{type} $key"} // 0);
        return 'payload too short' if !defined $ours && $o->{data} && $bits < ($least{"$t->{type} $t->{dac} $t->{fid}"} // 0);
        return undef if !defined $ours;
        if (JSON::PP::is_bool($theirs) && JSON::PP::is_bool($ours)) {
                return $theirs == $ours ? 'same' : undef;
        }
        return 'radio of type 26' if $key eq 'radio' && $t->{type} == 26 && $theirs == 0;
        return 'bits behind the data' if $key eq 'data' && $t->{type} == 26 && whole_bits($theirs) eq whole_bits($ours);
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
                # gpsd refuses what is longer than the type, and type 27 of any length but 96 and 168; we read to the type's length
                my %longest = (21 => 368, 24 => 168, 25 => 168, 27 => 96);
                push @unexplained, $t ? "we refuse: $theirs[$i]" : "gpsd refuses: $ours[$i]" if $t || ($o && $bits <= ($longest{$type} // 9999));
                next;
        }
        my $bad = 0;
        for my $key (sort grep { $_ ne 'device' } keys %$t) {
                my $reason = why($key, $t->{$key}, $o->{$key}, $t, $o, $bits);
                next if ($reason // '') eq 'same';
                $count{defined $reason ? "type $t->{type}: $reason" : "UNEXPLAINED $t->{type} $key"}++;
                push @unexplained, "$key: $theirs[$i]\n   $ours[$i]" if !defined $reason;
                $bad++;
        }
        $agree++ if !$bad;
}
diag("$agree of " . @message . ' messages agree in every field, letter by letter');
diag("$count{$_} x $_") for sort keys %count;
is(scalar @unexplained, 0, 'every difference is explained');
diag("... $_") for @unexplained[0 .. (@unexplained > 5 ? 4 : $#unexplained)];
done_testing();

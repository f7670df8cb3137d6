package Desk;
# What the tests of the pages share: cases made by the program itself, a table full of what must not reach a reader's
# screen, a server on a case, and whether a page is put together as it should be.
use strict;
use warnings;
use Exporter 'import';
use Cwd ();
use File::Basename qw(dirname);
use Serve;

our @EXPORT = qw(embargo hostile_table add_hostile page balanced whole harmless links_of);

my $root = Cwd::abs_path(dirname(__FILE__) . '/../..');
$ENV{EMBARGO_DATA} //= $root;

# Runs the program; dies with what it said when it fails.
sub embargo {
        my (@words) = @_;
        open my $out, '-|', $Serve::embargo, @words, '--quiet' or die "$Serve::embargo: $!";
        local $/ = undef;
        my $text = <$out>;
        close $out or die "embargo @words: exit " . ($? >> 8) . "\n";
        return $text // '';
}

# A page that may still be in the making.
sub page {
        my ($server, $target, %headers) = @_;
        for (1 .. 60) {
                my $reply = get($server, $target, Accept => 'text/html', %headers);
                return $reply unless $reply->{status} == 503;
                select undef, undef, undef, 0.5;
        }
        die "$target never came\n";
}

our @ATTACKS = ('<script>alert(1)</script>', '"><img src=x onerror=alert(2)>', "'-alert(3)-'", 'javascript:alert(4)',
        "\x{202e}gnp.exe", '</pre></textarea><svg onload=alert(5)>', '&lt;script&gt;', 'W' x 4000);

# Ten columns' worth of attacks in the form of launches; the last three rows cannot be taken.
sub hostile_table {
        my ($path) = @_;
        open my $out, '>:utf8', $path or die "$path: $!";
        print {$out} "launch_id,date_utc,datetime_utc,date_kst,date_precision,missile_name,missile_type,facility,lat,lon,landing,"
                . "apogee_km,distance_km,confirmation,outcome,quality_flag,source,confidence\n";
        my $n = 0;
        for my $attack (@ATTACKS) {
                (my $cell = $attack) =~ s/"/""/g;
                $n++;
                print {$out} qq{"HX-$n $cell",2022-01-05,,,day,"$cell","$cell","$cell",40.6,126.4,"$cell",,,"$cell","$cell",,"$cell",high\n};
        }
        print {$out} qq{HX-bad-day,2022-13-05,,,day,"<script>alert(6)</script>",SRBM,Uiju,40,124,,,,Confirmed,Success,,,high\n};
        close $out;
        open $out, '>>:raw', $path or die "$path: $!";
        print {$out} "HX-bytes,2022-01-06,,,day,\xff\xfe<b>,SRBM,Uiju,40,124,,,,Confirmed,Success,,,high\n";
        print {$out} "HX-esc,2022-01-07,,,day,\e[31mred\e[0m<i>,SRBM,Uiju,40,124,,,,Confirmed,Success,,,high\n";
        close $out;
        return $path;
}

# ... taken into a case with a custody that is no better.
sub add_hostile {
        my ($case, $scratch) = @_;
        my $table = hostile_table("$scratch/hostile.csv");
        embargo('--case', $case, 'add', $table, '--name', '"><img src=x onerror=alert(7)>.csv', '--publisher', '<script>alert(8)</script>',
                '--origin', "javascript:alert(9) \x{202e}", '--terms', '<style>*{display:none}</style>', '--map', 'launches', '--covers', '2024-01-01/2024-12-31');
        return $table;
}

# Elements whose end must be written are closed in order; nothing stands in <html> that was not ours.
sub balanced {
        my ($html) = @_;
        my (@open, %must);
        $must{$_} = 1 for qw(a b section div ul ol dl table details summary pre code h1 h2 h3 h4 main footer header nav form select svg span small
                blockquote title label button figure mark defs pattern);
        (my $text = $html) =~ s{<(style|script)>.*?</\1>}{}gs;
        while ($text =~ m{<(/?)([a-zA-Z][a-zA-Z0-9]*)\b([^<>]*)>}g) {
                my ($end, $name, $rest) = ($1, lc $2, $3);
                next if !$must{$name} || $rest =~ m{/$};
                if (!$end) { push @open, $name; next }
                my $last = pop @open;
                return "</$name> closes <" . ($last // 'nothing') . '> at ' . pos $text if !defined $last || $last ne $name;
        }
        return @open ? "never closed: @open" : '';
}

# No attack stands in the page as anything but text.
sub harmless {
        my ($html) = @_;
        return 'a script of the evidence'  if $html =~ /<script>alert/i;
        return 'a picture of the evidence' if $html =~ /<img/i || $html =~ /<svg on/i;
        return 'a style of the evidence'   if $html =~ /<style>\*/;
        return 'an address of the evidence' if $html =~ /(?:href|src|action)="?\s*javascript:/i;
        return 'a mark that turns the text' if $html =~ /\xe2\x80\xae/;
        return 'an escape'                 if $html =~ /\x1b/;
        return 'bytes that are no text'    if !utf8::decode(my $copy = $html);
        return '';
}

# Balanced, where the ends of a table's head and body are left out (HTML, 13.1.2.4).
sub whole { return balanced($_[0] =~ s{</?t(?:head|body)>}{}gr) }

sub links_of { my ($html) = @_; my @l = $html =~ /href="([^"]+)"/g; s/&amp;/&/g for @l; return @l }

1;

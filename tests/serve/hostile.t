#!/usr/bin/perl
# A case full of what attacks those who look at it: markup, script, style, quotes, right-to-left marks, terminal escapes.  Every
# page that the description of requests names, and every page that those link to, is fetched in every shape; nothing of it may
# arrive as anything but text.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Cwd ();
use Serve;
use Test::More;

my $project = Cwd::abs_path("$FindBin::Bin/../..");
my $dir = scratch();
my $case = "$dir/case";
# Each would do something of its own if it were not escaped where it stands: between tags, in an attribute, in a script, on a terminal,
# in the order of letters, at the end of a line of a header.
my $bad = qq{<script>alert(7)</script>"'><img src=x onerror=alert(7)><style>body{display:none}</style></title></main></textarea>]]>}
        . qq{&lt;b&gt;javascript:alert(7)\xe2\x80\xaeevil\xe2\x80\xac\xe2\x81\xa6x\xe2\x81\xa9\x1b[2J\x1b]0;evil\x07\x7f\xc2\x9b31m};
my $quoted = $bad;
$quoted =~ s/"/""/g;
my @targets = qw(note notes victim subject source asserted_by attribution attributed_by document method scope answer sender goods_text details place);

# Cells of free text get it at their end; the rest stays, so that the rows are still taken.
sub poison {
        my ($from, $to) = @_;
        local $/ = undef;
        open my $in, '<', $from or die;
        my $text = <$in>;
        close $in;
        my (@rows, @row);
        while ($text =~ /\G("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|\z)/g) {
                push @row, $1;
                if ($2 ne ',') { push @rows, [@row] if @row > 1 || length $row[0]; @row = (); last if $2 eq '' }
        }
        my %at = map { $rows[0][$_] => $_ } 0 .. $#{ $rows[0] };
        for my $row (@rows[1 .. $#rows]) {
                for my $i (grep { defined } @at{@targets}) {
                        (my $cell = $row->[$i] // '') =~ s/^"(.*)"$/$1/s;
                        $row->[$i] = "\"$cell$quoted\"";
                }
        }
        open my $out, '>', $to or die;
        print {$out} map { join(',', @$_) . "\n" } @rows;
        close $out;
}

sub embargo {
        my (@words) = @_;
        my $pid = fork // die;
        if (!$pid) {
                $ENV{EMBARGO_DATA} ||= $project;
                open STDOUT, '>', '/dev/null' or die;
                open STDERR, '>', "$dir/said" or die;
                exec $Serve::embargo, @words or die;
        }
        waitpid $pid, 0;
        return $? >> 8;
}

(my $line = $bad) =~ s/[\x00-\x1f\x7f]//g;              # an author is one line of text without control characters
$line = substr $line, 0, 150;
is(embargo('init', $case, '--regime', 'dprk', '--author', '<script>alert(7)</script>"\'>'), 0, 'a case of a hostile author');
mkdir "$dir/in";
my $added = 0;
for my $from (glob "$project/examples/dprk-2022/*.csv") {
        my ($name) = $from =~ m{([^/]+)$};
        next if $name eq 'custody.csv';
        my $to = "$dir/in/" . ($name eq 'workers.csv' ? q{<img src=x onerror=alert(7)>'"workers.csv} : $name);
        poison($from, $to);
        $added++ if embargo('--case', $case, 'add', $to, '--publisher', $bad, '--origin', $bad, '--method', $bad, '--grade', 'F') == 0;
}
cmp_ok($added, '>', 8, "hostile evidence is taken: $added files");
open my $junk, '>', "$dir/in/junk.csv" or die;
print {$junk} "launch_id,$quoted\n1,\"$quoted\"\n";
close $junk;
embargo('--case', $case, 'add', "$dir/in/junk.csv");
embargo('--case', $case, 'find');
mkdir "$case/index";
open my $list, '>', "$dir/list.csv" or die;
print {$list} "name,alias,type,id,born,country\n\"Kang Mun Sik$quoted\",\"K$quoted\",Person,\"P<blink>1\",1961-04-12,kp\n";
close $list;
is(embargo('index', 'names', "$dir/list.csv", '--out', "$case/index/names.idx"), 0, 'and a hostile list');

my $s = start_case($case, '--write');
my (%seen, @wait, %count, @wrong);
my $paths = json(get($s, '/openapi.json'))->{paths};
push @wait, grep { !/\{/ && $paths->{$_}{get} } sort keys %$paths;
push @wait, '/search/default?q=Kang+Mun+Sik', '/v2/search?name=Kang+Mun+Sik', '/reconcile/default?queries=%7B%22q0%22%3A%7B%22query%22%3A%22Kang+Mun+Sik%22%7D%7D',
        '/screen?q=Kang+Mun+Sik', '/sql?sql=select+*+from+record+limit+50', '/sql?q=select+*+from+record+limit+50', '/nothing-here';
# What a stranger may put into an address.
(my $query = $bad) =~ s/([^A-Za-z0-9])/sprintf '%%%02X', ord $1/ge;
push @wait, map { "$_?known=$query&q=$query&day=$query&id=$query&kind=$query" } grep { !/\{/ && $paths->{$_}{get} } sort keys %$paths;
push @wait, map { (my $p = $_) =~ s/\{[^}]+\}/$query/; $p } grep { /\{/ && $paths->{$_}{get} } sort keys %$paths;

sub harmless {          # what is wrong with this reply, in words
        my ($reply) = @_;
        my ($type, $text) = ($reply->{headers}{'content-type'} // '', $reply->{content} // '');
        my @found;
        push @found, 'no nosniff' unless ($reply->{headers}{'x-content-type-options'} // '') eq 'nosniff';
        push @found, 'no policy' unless $reply->{headers}{'content-security-policy'};
        push @found, 'a header was parted' if grep { /\n|\x1b|alert\(7\)/ } map { ref ? @$_ : $_ } values %{ $reply->{headers} };
        if ($type =~ m{^(text/html|image/svg)}) {
                push @found, 'markup' if $text =~ /<script>alert|<img src=x|<style>body\{display|<blink>|<b>javascript/i;
                push @found, 'an attribute was left' if $text =~ s/="[^"]*"/=""/gr =~ /<[a-z][^<>]*\sonerror=/i;
                push @found, 'a page was ended' if () = $text =~ m{</title>.*</title>}sg and $type =~ /html/ && ($text =~ s{<svg.*?</svg>}{}gsr) =~ m{</title>.*</title>}s;
                push @found, 'a link runs a script' if $text =~ /(?:href|src|action)="?\s*javascript:/i;
        }
        if ($type =~ m{^(text/html|image/svg|application/json)}) {
                push @found, 'a control character' if $text =~ /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;
                push @found, 'a C1 control' if $text =~ /\xc2[\x80-\x9f]/;
                push @found, 'a mark that turns text' if $text =~ /\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]/;
        }
        push @found, 'JSON that is none' if $type =~ m{^application/json} && $reply->{status} == 200 && !eval { json($reply) };
        my $own = $type =~ m{^(text/html|image/svg\+xml|application/(?:geo\+)?json|text/csv|text/css|text/javascript|application/javascript|application/(?:x-)?ndjson|image/png)};
        push @found, "the type $type is shown, not saved" if !$own && $reply->{status} == 200 && ($reply->{headers}{'content-disposition'} // '') !~ /^attachment/
                && $type !~ m{^(text/plain|application/octet-stream)};
        return @found;
}

while (@wait && keys %seen < 900) {
        my $target = shift @wait;
        next if $seen{$target}++;
        my $reply;
        for (1 .. 60) { $reply = get($s, $target, Accept => 'text/html'); last if $reply->{status} != 503; select undef, undef, undef, 0.3 }
        $count{ $reply->{status} }++;
        push @wrong, "$target: $_" for harmless($reply);
        next unless ($reply->{headers}{'content-type'} // '') =~ /html/;
        while ($reply->{content} =~ m{(?:href|src)="(/[^"#]*)}g) {
                (my $link = $1) =~ s/&amp;/&/g;
                push @wait, $link unless $seen{$link};
        }
}
is_deeply(\@wrong, [], 'in ' . keys(%seen) . ' addresses nothing hostile arrives as anything but text');
cmp_ok($count{200} // 0, '>', 15, 'and pages were shown: ' . join ', ', map { "$_: $count{$_}" } sort keys %count);
is($count{500} // 0, 0, 'none broke the server');
ok((grep { index(get($s, $_)->{content}, 'alert(7)') >= 0 } qw(/ /findings /evidence /ledger /index.json)), 'the hostile text is there, as text');
unlike(Serve::slurp("$s->{log}"), qr/[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80\xae|\xc2[\x80-\x9f]/, 'and the log of the terminal is harmless, too');
is(stop($s), 0, 'ends well');
done_testing();

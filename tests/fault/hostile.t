#!/usr/bin/perl
# Hostile evidence, hostile cases and hostile regimes: a clear error or
# quarantine, in bounded memory; nothing runs, nothing escapes to the terminal,
# nothing becomes markup in the report.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use Test::More;
use POSIX ();

use constant { DIFFERENCE => 1, FORMAT => 65, MISSING => 66, DENIED => 77 };
# Memory of its own (not of mapped files) that a command may take.
use constant MEMORY_KIB => 512 * 1024;

my $dir = scratch();
our $case = "$dir/case";
works('init', $case, '--regime', 'dprk');

# ---- a table of launches to write hostile rows into -------------------------------

open my $in, '<:raw', "$EVIDENCE/launches.csv" or BAIL_OUT("launches.csv: $!");
chomp(my $header = <$in>);
chomp(my $model = <$in>);
close $in;
$header =~ s/\r$//;
my @columns = split /,/, $header;
my @values = split /,(?=(?:[^"]*"[^"]*")*[^"]*$)/, $model;      # commas outside quotes

my $rows = 0;
sub row {       # one good row, but for the cells given (as they stand in CSV)
        my (%cell) = @_;
        my %of;
        @of{@columns} = @values;
        $of{launch_id} = 'T-' . ++$rows;
        return join(',', map { $cell{$_} // $of{$_} // '' } @columns) . "\n";
}

sub table { return join('', "$header\n", @_) }

# ---- evidence -----------------------------------------------------------------

# Adds a file; it must end with one of the codes and print nothing raw.
sub add {
        my ($name, $path, @codes) = @_;
        my $code = embargo({ limit => ['-d', MEMORY_KIB] }, '--case', $case, 'add', $path);
        my $said = said();
        ok((grep { $_ == $code } @codes), "$name: exit code $code is one of @codes") or diag($said);
        ok(!escapes($said), "$name: no control byte is printed");
        return $said;
}

# The same, and counts what became of the rows.
sub add_rows {
        my ($name, $bytes, $taken, $kept_aside) = @_;
        my $path = "$dir/" . ($name =~ s/\W+/-/gr) . '.csv';
        spew($path, $bytes);
        my $said = add($name, $path, 0);
        is(rows_of($case, digest($path)), "$taken+$kept_aside", "$name: $taken rows taken, $kept_aside in quarantine") or diag($said);
        unlink $path;
        return $said;
}

my @plain = (0, FORMAT);
spew("$dir/empty.csv", '');
add('an empty file', "$dir/empty.csv", @plain);
srand 4;
spew("$dir/binary.csv", join '', map { chr int rand 256 } 1 .. 200_000);
add('binary bytes', "$dir/binary.csv", @plain);
spew("$dir/header.csv", $header);
add('a header alone', "$dir/header.csv", @plain);

add_rows('invalid UTF-8', table(row(), row(facility => "Tong\xff\xfehae"), row()), 2, 1);
add_rows('a NUL byte', table(row(), row(facility => "Tong\0hae"), row()), 2, 1);
add_rows('ragged rows', table(row(), "T-x,1\n", row() =~ s/\n/,,,\n/r, row()), 2, 2);
# An open quote runs into the line after it; the reader goes on behind that.
add_rows('an open quote', table(row(), 'T-y,"never closed' . "\n", row(), row()), 2, 1);
add_rows('a row of 10,000 columns', table(row(), ',' x 9_999 . "\n", row()), 2, 1);
add_rows('a number out of range', table(row(), row(lat => '1e999'), row(lat => '9' x 400)), 1, 2);
add_rows('no such day', table(row(), row(date_utc => '2022-13-05', date_kst => '2022-13-05')), 1, 1);
spew("$dir/wide.csv", join(',', map { "c$_" } 1 .. 10_000) . "\n" . ',' x 9_999 . "\n");
add('10,000 columns', "$dir/wide.csv", @plain);

# A line of a gigabyte between two good rows, as a sparse file.
{
        my $path = "$dir/long.csv";
        open my $out, '>:raw', $path or die $!;
        print $out table(row());
        seek $out, $ENV{EMBARGO_LONG_LINE} // (1 << 30), 1;
        print $out "\n", row();
        close $out;
        add('a line of 1 GiB', $path, 0);
        is(rows_of($case, digest_of_file($path)), '2+1', 'a line of 1 GiB: the rows before and after it are taken');
        unlink $path;
}

sub digest_of_file {    # of a file too long for memory
        my ($path) = @_;
        my $sha = Digest::SHA->new(256);
        $sha->addfile($path, 'b');
        return $sha->hexdigest;
}

# Much out of little: quotes that double, cells that repeat.  In a case of their own:
# a report that would be longer than its ceiling ends with a sentence.
{
        local $case = "$dir/swollen";
        works('init', $case, '--regime', 'dprk');
        add_rows('cells that swell', table(row(), map({ row(facility => '"' . '""' x 400_000 . '"') } 1 .. 40)), 41, 0);
        add_rows('a million commas', table(row(), join "\n", map({ ',' x 17 } 1 .. 60_000), ''), 1, 60_000);
        my $code = embargo({ limit => ['-d', 2 * MEMORY_KIB] }, '--case', $case, 'report');
        ok((grep { $_ == $code } 0, FORMAT, 71), "cells that swell: report ends in order ($code)") or diag(said());
        is(embargo('--case', $case, 'verify'), 0, 'cells that swell: the case verifies') or diag(said());
}

# What a spreadsheet, a browser or a terminal would run.
my %poison = (formula => '=cmd|\'/c calc\'!A0', link => '@SUM(1+1)*cmd', plus => '+1+cmd',
        script => '<script>alert(1)</script>', image => '<img src=x onerror=alert(2)>',
        title => '</title></svg></style>', escape => "\e]0;owned\a\e[31mred\e[2J",
        csi => "\xc2\x9b31m", bidi => "\xe2\x80\xaegnp.exe");
my @poisoned = map {
        row(missile_name => "\"$poison{$_}\"", facility => "\"$poison{$_}\"",
                date_utc => '2022-01-30', date_kst => '2022-01-30', datetime_utc => '', datetime_kst => '')
} sort keys %poison;
add_rows('cells that want to run', table(@poisoned), scalar(@poisoned), 0);

# ---- things that are not files ----------------------------------------------------

symlink "$EVIDENCE/launches.csv", "$dir/link.csv";
POSIX::mkfifo("$dir/pipe.csv", 0600);
mkdir "$dir/folder";
symlink "$dir/folder", "$dir/folder/again";
symlink '/dev/zero', "$dir/zero.csv";
my @refused = (DENIED, FORMAT, MISSING);
add('a symlink', "$dir/link.csv", @refused);
add('a pipe', "$dir/pipe.csv", @refused);
add('a device', '/dev/zero', @refused);
add('a symlink to a device', "$dir/zero.csv", @refused);
add('a folder without a custody table', "$dir/folder", 0, @refused);
add('no file', "$dir/absent.csv", MISSING);
add('a name with an escape', "$dir/\e[31mred\n.csv", MISSING);
for my $line ("../../../etc/passwd", '/etc/passwd', "\e[31m", 'folder', 'custody.csv/x') {
        mkdir "$dir/custody";
        spew("$dir/custody/custody.csv", "file,publisher\n\"$line\",nobody\n");
        my @before = tally($case);
        my $said = add('custody of ' . ($line =~ s/\e/ESC/r), "$dir/custody", @refused);
        is((tally($case))[0], $before[0], '... takes nothing in') or diag($said);
}

# ---- what comes out again -----------------------------------------------------

is(embargo('--case', $case, 'verify'), 0, 'the case verifies') or diag(said());
for my $words (['status'], ['log'], ['find'], ['claims'], ['why', "T-$rows"], ['status', '--json'],
        ['claims', '--json'], ['export', '--json']) {
        my $code = embargo({ in => $dir }, '--case', $case, @$words);
        ok($code == 0 || $code == DIFFERENCE || $words->[0] eq 'why', "@$words: exit code $code") or diag(said());
        ok(!escapes(said()), "@$words prints no control byte");
}
# A table for other programs has the cells as they are, but not on a terminal.
for my $form ('--csv', '--ftm') {
        is(embargo('--case', $case, 'export', $form), 0, "export $form");
        like(said(), qr/\e\]0;owned/, "export $form to a file has the bytes of the evidence");
        my $screen = `script -qec "'$EMBARGO' --case '$case' export $form" /dev/null </dev/null`;
        cmp_ok(length $screen, '>', 1000, "export $form to a terminal prints");
        ok(!escapes($screen =~ s/\r\n/\n/gr), "export $form to a terminal prints no control byte");
}
is(embargo('--case', $case, 'report'), 0, 'the report is made') or diag(said());
my $html = slurp("$case/report/index.html") // '';
my $data = slurp("$case/report/report.json") // '';
like($html, qr/&lt;script&gt;alert\(1\)/, 'the report shows the hostile cell');
unlike($html, qr/<script>alert|<img src=x/, '... as text, not as markup');
unlike($html, qr/<\/title><\/svg>/, '... and it closes nothing');
ok(!escapes($html) && !escapes($data), 'no control byte in the report');

# ---- a stranger's case --------------------------------------------------------------

sub stranger {  # a case folder with a database made by $make; no command may trust it
        my ($name, $make) = @_;
        my $there = "$dir/stranger";
        system('rm', '-rf', $there);
        works('init', $there, '--regime', 'dprk');
        $make->($there);
        for my $words (['status'], ['find'], ['verify'], ['add', "$EVIDENCE/launches.csv"], ['report']) {
                my $code = embargo('--case', $there, @$words);
                my $said = said();
                ok($code == FORMAT || $code == DENIED || ($words->[0] eq 'verify' && $code == DIFFERENCE),
                        "$name: $words->[0] refuses it ($code)") or diag($said);
                ok(!escapes($said), "$name: $words->[0] prints no control byte");
        }
        ok(!-e "$dir/owned", "$name: nothing ran");
}

sub tampered {  # SQL run on the database
        my ($sql) = @_;
        return sub { sql($_[0], $sql) };
}

stranger('random bytes', sub { spew("$_[0]/case.db", map { chr int rand 256 } 1 .. 65_536) });
stranger('an empty database', sub { spew("$_[0]/case.db", '') });
stranger('a cut database', sub { truncate "$_[0]/case.db", 6_000 });
stranger('a text file', sub { spew("$_[0]/case.db", "hello\e[31m\n" x 1_000) });
stranger('another application', tampered('pragma application_id = 252006673'));
stranger('a newer schema', tampered('pragma user_version = 999'));
stranger('a trigger', tampered('create trigger stranger after insert on em_ledger begin'
        . ' delete from em_finding; end'));
stranger('a view', tampered('create view stranger as select 1'));
stranger('a table', tampered('create table stranger(x)'));
stranger('a view in place of a table', tampered('alter table em_anchor rename to other;'
        . ' create view em_anchor as select * from other'));

# ---- a hostile regime ----------------------------------------------------------------

sub regime {    # a copy of the regime with one file more
        my ($file, $text) = @_;
        my $to = "$dir/regime";
        system('rm', '-rf', $to);
        system('cp', '-r', "$PROJECT/regimes/dprk", $to);
        spew("$to/$file", $text);
        return $to;
}

my $question = "-- asks      Is this a question?\n-- measure   R1718-2\n-- unit      launch\n"
        . "-- combine   count\n-- test      at-least value=1\n";
my %evil = (
        attach => "attach database '$dir/owned' as owned",
        vacuum => "vacuum into '$dir/owned'",
        insert => 'insert into em_ledger select * from em_ledger',
        delete => 'delete from em_record',
        drop => 'select record, 1 as day from launch; drop table em_record',
        pragma => 'pragma writable_schema = on',
        table_valued => 'select * from pragma_database_list',
        schema => 'select name as record from sqlite_schema',
        extension => "select load_extension('$dir/owned') as record",
        file => "select writefile('$dir/owned', 'x') as record",
        tokenizer => "select fts3_tokenizer('simple') as record",
        hidden => 'select * from main.em_record',
        endless => 'with recursive n(x) as (select 1 union all select x + 1 from n)'
                . ' select x as record from n',
        swollen => 'select zeroblob(2000000000) as record',
        nothing => '',
);
for my $kind (sort keys %evil) {
        my $regime = regime('questions/evil.sql', "$question$evil{$kind}\n");
        my $there = "$dir/evil-$kind";
        my $code = embargo('init', $there, '--regime', $regime);
        my $said = said();
        if ($code == 0) {
                $code = embargo({ limit => ['-d', MEMORY_KIB] }, '--case', $there, 'find');
                $said .= said();
        }
        ok($code == FORMAT || $code == DENIED || $said =~ /evil/, "question $kind: is refused by name ($code)")
                or diag($said);
        cmp_ok($code, '>=', 0, "question $kind: no crash");
        ok(!escapes($said), "question $kind: no control byte is printed");
        is(embargo('--case', $there, 'verify'), 0, "question $kind: the case is untouched") if -e "$there/case.db";
        ok(!-e "$dir/owned", "question $kind: nothing was written");
        system('rm', '-rf', $there);
}
for my $map ("kind launch\nneeds \e[31m\n", 'x' x 100_000, "kind ../../x\nneeds a\n", "\0", '',
        "kind launch\nneeds a\nfield record a\n") {
        my $code = embargo('init', "$dir/map-case", '--regime', regime('maps/evil.map', $map));
        my $said = said();
        # the first is odd but a map: a column may be called anything
        ok($code == FORMAT || ($code == 0 && $map =~ /\e/), "a hostile map is refused ($code)") or diag($said);
        ok(!escapes($said), '... and prints no control byte');
        system('rm', '-rf', "$dir/map-case");
}
done_testing();

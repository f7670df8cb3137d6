# Pages.pm -- what the tests of the pages in a browser share: the example cases, a server on each, and Node.
#
# A test ends here, skipped with its reason, when Chromium, Node or npm's packages are missing.
package Pages;
use strict;
use warnings;
use Cwd ();
use Exporter 'import';
use File::Basename qw(dirname);
use File::Temp ();
use JSON::PP ();
use lib Cwd::abs_path(dirname(__FILE__) . '/../nodes');
use Node ();

our @EXPORT = qw($PROJECT $EMBARGO $BUILD need_browser serve_examples run_node);

our $PROJECT = $ENV{PROJECT} // Cwd::abs_path(dirname(__FILE__) . '/../..');
our $EMBARGO = $ENV{EMBARGO} // "$PROJECT/build/embargo";
our $BUILD = dirname($EMBARGO);
$ENV{EMBARGO_DATA} //= $PROJECT;
$ENV{SOURCE_DATE_EPOCH} = 1767225600;

my ($modules, $chromium);
sub need_browser {
        my $why;
        ($chromium) = grep { -x } grep { defined } $ENV{CHROMIUM}, '/usr/bin/chromium', '/usr/bin/chromium-browser';
        $why = 'there is no Chromium (tools/setup pages installs it)' unless $chromium;
        ($modules, $why) = Node::npm_programs($BUILD, 'pages') unless $why;
        return unless $why;
        print "1..0 # SKIP no page was seen in a browser: $why\n";
        exit 0;
}

sub serve_one {         # NAME, WORD...
        my ($name, @words) = @_;
        pipe my $from, my $to or die "pipe: $!";
        defined(my $pid = fork) or die "fork: $!";
        if (!$pid) {
                close $from;
                delete $ENV{EMBARGO_TOKEN};
                open STDOUT, '>&', $to or die;
                open STDERR, '>', '/dev/null' or die;
                exec $EMBARGO, @words, '--port', 0, '--open' or die "exec: $!";
        }
        close $to;
        Node::end_with_test($pid);
        my ($url) = (<$from> // '') =~ m{^(http://127\.0\.0\.1:\d+)/} or die "no server for $name\n";
        return { name => $name, url => $url, from => $from };
}

# The three cases of `embargo demo`, the first open for writing and with lists beside it, and the lists alone.
my $dir;
sub serve_examples {
        $dir = File::Temp->newdir('embargo-pages-XXXXXX', TMPDIR => 1);
        system("'$EMBARGO' --quiet demo '$dir/case' >/dev/null 2>&1") == 0 or die "embargo demo failed\n";
        system("'$EMBARGO' --quiet index names '$PROJECT/tests/serve/lists.csv' --out '$dir/names.idx' >/dev/null 2>&1") == 0
                or die "embargo index names failed\n";
        return (serve_one('case', '--case', "$dir/case", 'serve', "$dir/names.idx", '--write'),
                serve_one('theft', '--case', "$dir/case-theft", 'serve'),
                serve_one('transfer', '--case', "$dir/case-transfer", 'serve'),
                serve_one('lists', 'serve', "$dir/names.idx"));
}

# Runs a program of this folder, which prints its own TAP; its exit status.
sub run_node {
        my ($program, @servers) = @_;
        my @plain = map { { name => $_->{name}, url => $_->{url} } } @servers;
        my $task = JSON::PP->new->canonical->encode({ chromium => $chromium, modules => $modules, servers => \@plain,
                bless => $ENV{EMBARGO_BLESS} ? JSON::PP::true : JSON::PP::false });
        return system('node', dirname(__FILE__) . "/$program", $task) >> 8;
}

1;

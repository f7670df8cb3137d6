#!/usr/bin/perl
# TLS and accounts: what others than this machine are served with, tried on loopback.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Test::More;

for my $program (qw(openssl curl)) {
        plan skip_all => "SKIPPED LOUDLY: there is no $program here, so TLS and accounts were not tried" unless have($program);
}
my $dir = scratch();
my $case = make_case("$dir/case");
system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout '$dir/key' -out '$dir/cert' 2>/dev/null") == 0 or die 'no certificate';

sub account {           # its exit code
        my ($password, @words) = @_;
        open my $to, '|-', "'$Serve::embargo' account '$dir/people' @words >/dev/null 2>'$dir/said'" or die;
        print {$to} "$password\n";
        close $to;
        return $? >> 8;
}
is(account('correct horse battery', 'add', "'Kim Minji'", '--write'), 0, 'an account is made');
is(account('only reads things', 'add', 'reader'), 0, 'and another');
isnt(account('short', 'add', 'x'), 0, 'not with a short password');
is((stat "$dir/people")[2] & 077, 0, 'the file is its owner\'s alone');
like(Serve::slurp("$dir/people"), qr/^Kim Minji:\$argon2id\$\S+:write\nreader:\$argon2id\$\S+:read\n$/, 'no password stands in it');
like(qx('$Serve::embargo' account '$dir/people' --csv), qr/^name,rights\nKim Minji,write\nreader,read\n$/, 'who may sign in');

my $s = Serve::launch({ token => '' }, '--case', $case, 'serve', '--write', '--accounts', "$dir/people", '--tls-cert', "$dir/cert", '--tls-key', "$dir/key");
like($s->{line}, qr{^https://127\.0\.0\.1:\d+/\n}, 'https, and no token in the address');
my $url = $s->{url};
sub sign_in { return curl('--data-urlencode', "name=$_[0]", '--data-urlencode', "password=$_[1]", "$url/sign-in") }
sub page {              # a page, once the case has been read
        for (1 .. 120) {
                my $said = curl(@_);
                return $said if $said !~ m{^HTTP/1\.1 503};
                select undef, undef, undef, 0.3;
        }
        return '';
}
sub status_of { return ($_[0] =~ m{^HTTP/1\.1 (\d+)})[0] // 'none' }
sub cookie_of { return ($_[0] =~ /^Set-Cookie: ([^;\r]+)/m)[0] }

my $page = curl('-H', 'Accept: text/html', "$url/");
is(status_of($page), 401, 'nobody has signed in');
like($page, qr{<label>Name <input.*<label>Password <input}s, 'a form asks who');
like($page, qr{^Strict-Transport-Security: max-age=31536000\r}m, 'and the browser will not come without TLS again');
is(status_of(sign_in('Kim Minji', 'wrong horse battery')), 401, 'a wrong password');
my $nobody = sign_in('nobody', 'correct horse battery');
is(status_of($nobody), 401, 'a name that nobody has');
my ($a) = sign_in('reader', 'no') =~ /(<main.*)/s;
my ($b) = $nobody =~ /(<main.*)/s;
is($a, $b, 'is refused with the same words');
my $in = sign_in('Kim Minji', 'correct horse battery');
is(status_of($in), 303, 'name and password sign in');
like($in, qr{^Set-Cookie: __Host-embargo_$s->{port}=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict; Secure\r}m, 'with a cookie for TLS only');
my $writer = cookie_of($in);
my $reader = cookie_of(sign_in('reader', 'only reads things'));
is(status_of(page('-H', "Cookie: $_", "$url/")), 200, 'who opens the pages') for $writer, $reader;
is(status_of(page('-H', "Cookie: $writer", '-H', "Origin: https://127.0.0.1:$s->{port}", "$url/")), 200, 'our own origin is https');
is(status_of(curl('-H', "Cookie: $writer", '-H', "Origin: http://127.0.0.1:$s->{port}", "$url/")), 403, 'http is another');

# Every route that writes: a reader is stopped before the form is looked at, a writer is not.
my $api = JSON::PP->new->utf8->decode((curl('-H', "Cookie: $writer", "$url/openapi.json") =~ /\r\n\r\n(.*)/s)[0]);
my ($form) = page('-H', "Cookie: $reader", "$url/") =~ /name="form" value="([0-9a-f]{32})"/;
my @writes = grep { $api->{paths}{$_}{post} && $api->{paths}{$_}{post}{'x-writes'} } sort keys %{ $api->{paths} };
for my $path (@writes) {
        (my $address = $path) =~ s/\{[^}]+\}/none/g;
        like(curl('-H', "Cookie: $reader", '-d', "form=$form", "$url$address"), qr{^HTTP/1\.1 403.*may read the case, not change it}s, "a reader does not change: $path");
        unlike(curl('-H', "Cookie: $writer", '-d', "form=$form", "$url$address"), qr{may read the case, not change it}, 'a writer may');
}
note('no route writes yet') unless @writes;

# Five failures of a name are free, then one waits 1 s, 2 s, 4 s; after the eighth 8 s, with the right password too; another name does not.
for (my $failed = 0; $failed < 8;) {
        my $said = sign_in('Kim Minji', 'wrong horse battery');
        $failed++ if status_of($said) eq '401';
        sleep $1 if $said =~ /^Retry-After: (\d+)/m;
}
like(sign_in('Kim Minji', 'correct horse battery'), qr{^HTTP/1\.1 429.*^Retry-After: \d+\r}ms, 'too many wrong passwords');
is(status_of(sign_in('reader', 'only reads things')), 303, 'another name is not held up');
is(status_of(page('-H', "Cookie: $writer", "$url/")), 200, 'nor is who is signed in');

# Of itself the client would not speak it either, without these words of OpenSSL's.
unlike(curl('--tls-max', '1.1', '--tlsv1.0', '--ciphers', 'DEFAULT:@SECLEVEL=0', "$url/healthz"), qr/^HTTP/, 'TLS before 1.2 is not spoken');
unlike(raw($s, request('GET /healthz', "Host: 127.0.0.1:$s->{port}"), 5), qr{^HTTP/1\.1 200}, 'nor is plain HTTP');
is(status_of(curl("$url/healthz")), 200, 'and the server lives');
is(stop($s), 0, 'ends well');

is(account('', 'remove', 'reader'), 0, 'an account is removed');
$s = Serve::launch({ token => '' }, '--case', $case, 'serve', '--accounts', "$dir/people", '--tls-cert', "$dir/cert", '--tls-key', "$dir/key");
$url = $s->{url};
is(status_of(sign_in('reader', 'only reads things')), 401, 'and signs in no more');
is(stop($s), 0, 'ends well');
done_testing();

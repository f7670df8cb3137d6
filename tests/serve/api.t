#!/usr/bin/perl
# Each route's reply has the keys and types that its clients demand: yente's by the models of yente-client 0.2.0,
# watchman's by pkg/search of v0.66.0, reconciliation by the specification 0.2.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use JSON::PP ();
use Test::More;

my $dir = scratch();
make_index("$dir/names.idx");
my $s = start("$dir/names.idx");

# A value against a shape: 'str' 'num' 'bool' 'str?' (or null), [shape] for lists, {key => shape}, sub.
sub misfit {
        my ($value, $shape, $at) = @_;
        if (ref $shape eq 'ARRAY') {
                return "$at is no list" unless ref $value eq 'ARRAY';
                for my $i (0 .. $#$value) { my $why = misfit($value->[$i], $shape->[0], "$at\[$i]"); return $why if $why }
                return undef;
        }
        if (ref $shape eq 'HASH') {
                return "$at is no object" unless ref $value eq 'HASH';
                for my $key (sort keys %$shape) {
                        return "$at has no $key" unless $key eq '*' || exists $value->{$key};
                        for my $k ($key eq '*' ? sort keys %$value : $key) {
                                my $why = misfit($value->{$k}, $shape->{$key}, "$at.$k");
                                return $why if $why;
                        }
                }
                return undef;
        }
        return undef if $shape =~ /\?$/ && !defined $value;
        return "$at is null" unless defined $value;
        my $text = JSON::PP->new->allow_nonref->encode($value);
        my %looks = (str => qr/^"/, num => qr/^-?\d/, bool => qr/^(true|false)$/, time => qr/^"\d{4}-\d\d-\d\d/);
        return $text =~ $looks{ $shape =~ s/\?$//r } ? undef : "$at is $text, not $shape";
}

sub fits {
        my ($reply, $shape, $name) = @_;
        is($reply->{status}, 200, "$name: 200") or return diag($reply->{content});
        my $why = misfit(json($reply), $shape, '');
        ok(!$why, "$name: keys and types") or diag($why);
        return json($reply);
}

my %entity = (id => 'str', caption => 'str', schema => 'str', properties => { '*' => ['str'] }, datasets => ['str'],
        referents => ['str'], target => 'bool', first_seen => 'time?', last_seen => 'time?', last_change => 'time?');
my %total = (value => 'num', relation => 'str');

# ---- yente
my $body = '{"queries":{"q1":{"schema":"Person","properties":{"name":["Kang Moon-sik"],"birthDate":["1961-04-12"],"nationality":"us"}},'
        . '"nobody":{"schema":"Person","properties":{"name":["Zebulon Quartermain"]}},'
        . '"ship":{"schema":"Vessel","properties":{"imoNumber":["IMO 9126819"]}}}}';
my $match = fits(post($s, '/match/default?threshold=0.8&algorithm=logic-v1&fuzzy=false', $body), {
        limit => 'num', responses => { '*' => { status => 'num', total => \%total,
                query => { schema => 'str', properties => { '*' => ['str'] } },
                results => [{ %entity, score => 'num', match => 'bool', explanations => { '*' => {
                        score => 'num', weight => 'num', detail => 'str?', query => 'str?', candidate => 'str?' } } }] } } }, 'match');
my $first = $match->{responses}{q1}{results}[0];
is($first->{id}, 'own-P-001', 'match: the person under another spelling');
is($first->{properties}{passportNumber}[0], '654321987', 'match: a property of the entity');
is_deeply($match->{responses}{nobody}{results}, [], 'match: nobody is an empty list');
is($match->{responses}{ship}{results}[0]{id}, 'own-V-001', 'match: a ship by its number alone');
is($match->{limit}, 5, 'match: five results unless told otherwise');
for my $key (sort keys %{ $match->{responses} }) {
        for my $result (@{ $match->{responses}{$key}{results} }) {
                my $sum = 0;
                $sum += $_->{score} * $_->{weight} for values %{ $result->{explanations} };
                cmp_ok(abs($sum - $result->{score}), '<', 1e-6, "match: the reasons of $result->{id} add up to its score");
        }
}
ok($first->{explanations}{country}{weight} < 0, 'match: another country speaks against it');

my $search = fits(get($s, '/search/default?q=drozdov&limit=1'), { results => [{%entity}], total => \%total, limit => 'num', offset => 'num',
        facets => { '*' => { label => 'str', values => [{ name => 'str', label => 'str', count => 'num' }] } } }, 'search');
is($search->{results}[0]{id}, 'own-P-002', 'search: by a part of the name');
is(json(get($s, '/search/own?q=654321987'))->{results}[0]{id}, 'own-P-001', 'search: by a number');
is(json(get($s, '/search/default?q=0x52908400098527886E0F7030069857D2E4169EE7'))->{results}[0]{id}, 'own-W-001',
        'search: by a wallet in other case');
is(scalar @{ json(get($s, '/search/default'))->{results} }, 6, 'search: all of them without a text');
is(scalar @{ json(get($s, '/search/default?schema=Vessel&countries=kp'))->{results} }, 1, 'search: by schema and country');
is(json(get($s, '/search/default?q=drozdov&exclude_dataset=own'))->{total}{value}, 0, 'search: a list left out');
is(json(get($s, '/search/default?limit=2&offset=4'))->{results}[1]{id}, 'own-W-001', 'search: the third page of two');

my $entity = fits(get($s, '/entities/own-P-001?nested=true'), { %entity, properties => { name => ['str'],
        sanctions => [{ %entity, properties => { '*' => ['str'] } }] } }, 'entity');
is($entity->{properties}{sanctions}[0]{schema}, 'Sanction', 'entity: its listing inside');
ok(!json(get($s, '/entities/own-P-001?nested=false'))->{properties}{sanctions}, 'entity: not inside unless asked for');
is(json(get($s, '/entities/P-001'))->{id}, 'own-P-001', "entity: by the list's own number");
is(get($s, '/entities/nobody')->{status}, 404, 'entity: 404 for what is not there');
my %listings = (results => [{%entity}], total => \%total, limit => 'num', offset => 'num');
my $adjacent = fits(get($s, '/entities/own-P-001/adjacent'), { entity => {%entity}, adjacent => { '*' => {%listings} } }, 'adjacent');
is($adjacent->{adjacent}{sanctions}{results}[0]{schema}, 'Sanction', 'adjacent: the listing');
is_deeply($adjacent->{adjacent}{sanctions}{results}[0]{properties}{entity}, ['own-P-001'], 'adjacent: it points back to the entry');
ok(!$adjacent->{entity}{properties}{sanctions}, 'adjacent: and does not stand inside it again');
my $beyond = fits(get($s, '/entities/own-P-001/adjacent/sanctions?offset=1'), {%listings}, 'adjacent: one property');
is_deeply([$beyond->{results}, $beyond->{total}{value}], [[], 1], 'adjacent: behind the last there is none, of one');
is(get($s, '/entities/nobody/adjacent')->{status}, 404, 'adjacent: 404 for what is not there');
is(get($s, '/entities/own-P-001/adjacent?limit=x')->{status}, 400, 'adjacent: a limit is a number');

my %catalog = (datasets => [{ name => 'str', title => 'str', version => 'str', load => 'bool', index_current => 'bool',
        index_version => 'str', entity_count => 'num', children => ['str'], updated_at => 'time?', last_export => 'time?' }],
        current => ['str'], outdated => ['str'], index_stale => 'bool');
fits(get($s, '/catalog'), \%catalog, 'catalog');
fits(get($s, '/manifest'), \%catalog, 'manifest');
fits(get($s, '/algorithms'), { algorithms => [{ name => 'str', description => 'str' }], default => 'str', best => 'str' }, 'algorithms');
fits(get($s, $_), { status => 'str' }, $_) for '/healthz', '/readyz';
fits(post($s, '/updatez', ''), { status => 'str' }, 'updatez');

is(post($s, '/match/nowhere', $body)->{status}, 404, 'match: a list that is not there');
is(post($s, '/match/default?algorithm=magic', $body)->{status}, 400, 'match: an algorithm that is not there');
for my $wrong ('', '{', '[]', '{"queries":[]}', '{"queries":{"a":1}}', '{"queries":{"a":{"schema":"Unicorn"}}}',
        '{"queries":{' . join(',', map { "\"q$_\":{}" } 1 .. 101) . '}}') {
        my $reply = post($s, '/match/default', $wrong);
        is($reply->{status}, 400, 'match: refused: ' . substr $wrong, 0, 40);
        ok(json($reply)->{detail}, 'match: and says why');
}

# ---- reconciliation
my %named = (id => 'str', name => 'str');
my %service = (service_url => 'str', service_path => 'str');
fits(get($s, '/reconcile/default'), { versions => ['str'], name => 'str', identifierSpace => 'str', schemaSpace => 'str',
        view => { url => 'str' }, defaultTypes => [{%named}], extend => { propose_properties => {%service} },
        suggest => { entity => {%service}, property => {%service}, type => {%service} } }, 'reconcile: manifest');
my %form = ('Content-Type' => 'application/x-www-form-urlencoded');
my $queries = '{"q0":{"query":"Kang Moon-sik","type":"Person","limit":3,"properties":[{"pid":"birthDate","v":"1961"}]},"q1":{"query":"Sea Lantern"}}';
my $found = fits(post($s, '/reconcile/default', $Serve::http->www_form_urlencode({ queries => $queries }), %form),
        { '*' => { result => [{ %named, score => 'num', match => 'bool', type => [{%named}] }] } }, 'reconcile: queries');
is($found->{q0}{result}[0]{id}, 'own-P-001', 'reconcile: the person');
is($found->{q1}{result}[0]{id}, 'own-V-001', 'reconcile: the ship');
my $extended = fits(post($s, '/reconcile/default', $Serve::http->www_form_urlencode({ extend =>
        '{"ids":["own-P-001","nobody"],"properties":[{"id":"birthDate"},{"id":"gender"}]}' }), %form),
        { meta => [{%named}], rows => { '*' => { '*' => [{ str => 'str' }] } } }, 'reconcile: extend');
is($extended->{rows}{'own-P-001'}{birthDate}[0]{str}, '1961-04-12', 'extend: a value');
is_deeply($extended->{rows}{nobody}{gender}, [], 'extend: nobody has none');
my $jsonp = get($s, '/reconcile/default?callback=jQuery12_3&queries=' . $Serve::http->www_form_urlencode({ q => $queries }) =~ s/^q=//r);
like($jsonp->{content}, qr{^/\*\*/jQuery12_3\(\{"q0":.*\}\);$}s, 'reconcile: JSONP for old clients');
is($jsonp->{headers}{'content-type'}, 'application/javascript', 'reconcile: as a script');
is(get($s, '/reconcile/default?callback=alert(1)//')->{status}, 400, 'reconcile: a callback is a name only');
is(json(get($s, '/reconcile/default/suggest/entity?prefix=drozdov'))->{result}[0]{id}, 'own-P-002', 'suggest: entities');
is_deeply([map { $_->{id} } @{ json(get($s, '/reconcile/default/suggest/property?prefix=birth'))->{result} }], ['birthDate', 'birthPlace'],
        'suggest: properties');
is_deeply([map { $_->{id} } @{ json(get($s, '/reconcile/default/suggest/type?prefix=comp'))->{result} }], ['Company'], 'suggest: types');
fits(get($s, '/reconcile/default/extend/property?type=Person'), { limit => 'num', type => 'str', properties => [{%named}] }, 'extend: proposals');

# What OpenRefine 3 sends, in its order: ten samples to guess types, rows with a type and columns, the box that completes, the
# proposal of columns, and rows to extend (its classes GuessTypesOfColumnCommand, StandardReconConfig and ReconciledDataExtensionJob).
my $guess = JSON::PP::encode_json({ map { ("q$_" => { query => 'Kang Mun-sik', limit => 3 }) } 0 .. 9 });
my $guessed = json(post($s, '/reconcile/default', $Serve::http->www_form_urlencode({ queries => $guess }), %form));
is(scalar(keys %$guessed), 10, 'OpenRefine: ten samples');
is($guessed->{q9}{result}[0]{type}[0]{id}, 'Person', 'OpenRefine: and the type that they have');
my $rows = JSON::PP::encode_json({ q0 => { query => 'Kang Mun Sik', type => 'Person', type_strict => 'should', limit => 10,
        properties => [{ pid => 'birthDate', v => '1961-04-12' }, { pid => 'nationality', v => { id => 'kp', name => 'North Korea' } }] } });
my $reconciled = json(post($s, '/reconcile/default', $Serve::http->www_form_urlencode({ queries => $rows }), %form));
is($reconciled->{q0}{result}[0]{id}, 'own-P-001', 'OpenRefine: a row with columns');
is(json(get($s, '/reconcile/default/suggest/entity?prefix=drozdov&type=Person&type_strict=any&all_types=false&cursor=0'))->{result}[0]{id},
        'own-P-002', 'OpenRefine: the box that completes');
my $proposed = json(get($s, '/reconcile/default/extend/property?type=Person&limit=5'));
is(scalar(@{ $proposed->{properties} }), 5, 'OpenRefine: columns are proposed, as many as it asks for');
my $wanted = JSON::PP::encode_json({ ids => ['own-P-001', 'own-P-002', 'gone'], properties => [{ id => 'birthDate' }, { id => 'passportNumber', settings => {} }] });
my $filled = json(post($s, '/reconcile/default', $Serve::http->www_form_urlencode({ extend => $wanted }), %form));
is($filled->{rows}{'own-P-001'}{birthDate}[0]{str}, '1961-04-12', 'OpenRefine: a cell is filled');
is_deeply($filled->{rows}{gone} // { birthDate => [], passportNumber => [] }, { birthDate => [], passportNumber => [] },
        'OpenRefine: an id that is gone leaves its cells empty');

# ---- watchman
my $v2 = fits(get($s, '/v2/search?name=Kang%20Mun-sik&type=person&limit=3&minMatch=0.8'), { query => { name => 'str', entityType => 'str' },
        entities => [{ name => 'str', entityType => 'str', sourceList => 'str', sourceID => 'str', match => 'num', contact => {},
                addresses => [{ line1 => 'str' }], cryptoAddresses => [{ currency => 'str', address => 'str' }],
                person => { name => 'str', altNames => ['str'], gender => 'str', birthDate => 'time?', governmentIDs => [{ name => 'str',
                        type => 'str', country => 'str', identifier => 'str' }] } }] }, 'v2/search');
is($v2->{entities}[0]{sourceID}, 'P-001', 'v2/search: the person');
is($v2->{entities}[0]{person}{birthDate}, '1961-04-12T00:00:00Z', 'v2/search: dates are RFC 3339');
is(json(get($s, '/v2/search?cryptoAddress=ETH:0x52908400098527886e0f7030069857d2e4169ee7'))->{entities}[0]{sourceID}, 'W-001', 'v2/search: a wallet');
is(json(get($s, '/v2/search?name=Sea+Lantern&type=person'))->{entities}[0], undef, 'v2/search: a ship is no person');
my $unknown = get($s, '/v2/search?nmae=x');
is($unknown->{status}, 400, 'v2/search: a parameter that is not known is an error');
ok(json($unknown)->{error}, "v2/search: in watchman's shape");
# What watchman's Go client sends (pkg/search/client.go): every field of the entity that is set, options behind it.
my $client = json(get($s, '/v2/search?altNames=Kang+Moon-sik&birthDate=1961-04-12&debug=false&gender=male&gov_passport=US%3A654321987&limit=10'
        . '&minMatch=0.50&name=Kang+Mun+Sik&requestID=0b1c&titles=Director&type=person'));
is($client->{entities}[0]{sourceID}, 'P-001', "watchman's client: a whole person");
ok($client->{entities}[0]{match} <= 1 && $client->{entities}[0]{match} > 0.9, "watchman's client: from 0 to 1");
is(get($s, '/v2/search')->{status}, 400, 'v2/search: nothing to search for');
fits(get($s, '/v2/listinfo'), { lists => { '*' => 'num' }, listHashes => { '*' => 'str' }, startedAt => 'time', endedAt => 'time', version => 'str' },
        'v2/listinfo');

# ---- pages
my $openapi = fits(get($s, '/openapi.json'), { openapi => 'str', info => { title => 'str', version => 'str' },
        paths => { '*' => { '*' => { summary => 'str', responses => {}, parameters => [{ name => 'str', in => 'str' }] } } } }, 'openapi.json');
my $docs = get($s, '/docs');
like($docs->{headers}{'content-type'}, qr{^text/html}, 'docs: a page');
for my $path (sort keys %{ $openapi->{paths} }) {
        like($docs->{content}, qr/\Q$path\E</, "docs: tells of $path");
}
like(get($s, '/')->{content}, qr{<td>own</td><td>lists\.csv</td>}, 'home: tells of the list');

# ---- evidence is data
my $hostile = get($s, '/entities/own-P-003');
is(json($hostile)->{caption}, 'Anna <b>Berg</b>', 'text of a list comes as it is, in JSON');
is($hostile->{headers}{'x-content-type-options'}, 'nosniff', 'and is not taken for a page');
unlike(get($s, '/nowhere/<script>')->{content}, qr/<script>/, 'an address is not echoed');

is(stop($s), 0, 'SIGTERM ends it well');
my $log = Serve::slurp("$s->{log}");
like($log, qr{^GET /search/default 200 \d+\.\d ms$}m, 'the log has method, path, status and time');
unlike($log, qr/drozdov|Kang|654321987/i, 'and nothing of who was asked for');
done_testing();

/* What an entry of the ledger is about, in one line made from its body; the list of the command line and the page say the same. */
#include "embargo/case.h"

const char em_ledger_words[] =
        "case action "
        "when 'create' then 'a case of the regime ' || (body ->> '$.regime') || ', with ' || "
        "json_array_length(body, '$.maps') || ' maps' "
        "when 'add' then (body ->> '$.name') || ' ' || substr(body ->> '$.sha256', 1, 8) || ': ' || "
        "case when body ->> '$.map' is null then 'held without records' else (body ->> '$.taken') || "
        "case body ->> '$.taken' when 1 then ' record' else ' records' end end || "
        "case when (body ->> '$.quarantined') > 0 then ', ' || (body ->> '$.quarantined') || ' kept aside' else '' end "
        "when 'find' then coalesce(json_array_length(body, '$.findings') || "
        "case json_array_length(body, '$.findings') when 1 then ' finding' else ' findings' end || ' new or changed', "
        "'findings unchanged: ' || (body ->> '$.unchanged')) || "
        "coalesce(', as known on ' || nullif(coalesce(body ->> '$.findings[0].as_known', body ->> '$.as_known'), ''), '') "
        "when 'report' then 'manifest ' || substr(body ->> '$.manifest', 1, 12) || "
        "coalesce(', as known on ' || nullif(body ->> '$.as_known', ''), '') "
        "else body end";

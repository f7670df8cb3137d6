/* The evidence of one path between accounts: each transfer with the file and line that say so.
 *
 * There is no block here that a reader could hash: a transfer is as good as the export it was read from, so each hop
 * names the file, the line and the bytes, and a reader can look it up there or at any node.
 */
#include "cli/trace_moves.h"

static void kamount(const em_flight *f, em_json *j, const char *key, em_u256 amount)
{
        char text[EM_U256_TEXT];
        (void)f;
        em_json_kstr(j, key, em_str_c(em_u256_text(amount, text)));
}

static em_status put_place(em_flight *f, em_json *j, uint64_t move, em_error *err)
{
        em_move_place p = {0};
        EM_TRY(em_moves_place_of(f->index, move, f->cli->arena, &p, err));
        em_json_kstr(j, "file", p.file);
        em_json_kint(j, "line", (int64_t)p.line);
        em_json_kint(j, "offset", (int64_t)p.offset);
        em_json_kint(j, "length", (int64_t)p.length);
        return EM_OK;
}

static void put_asset(em_flight *f, em_json *j, uint32_t asset)
{
        char     text[EM_ACCOUNT_TEXT];
        unsigned decimals = asset ? f->m->asset[asset].decimals : f->m->coin_decimals;
        em_json_kstr(j, "asset", em_flight_unit(f, asset));
        em_json_kstr(j, "contract", asset ? em_str_c(em_account_text(f->m, f->m->asset[asset].contract, text)) : EM_S(""));
        if (decimals <= 77)
                em_json_kint(j, "decimals", decimals);
}

/* A row of the trace: what was transferred, by whom, where it stands. */
static em_status put_row(em_flight *f, em_json *j, const em_lots_row *r, em_error *err)
{
        if (r->move == EM_LOTS_NO_MOVE) {
                em_json_kstr(j, "held_by", em_flight_account(f, r->to));
                em_json_kint(j, "block", r->block < f->m->blocks ? (int64_t)f->m->block[r->block].number : 0);
                put_asset(f, j, r->asset);
                return EM_OK;
        }
        const em_move *v = &f->m->move[r->move];
        em_json_kstr(j, "transfer", em_flight_name(f, r->move));
        em_json_kstr(j, "kind", em_str_c(em_move_kind_name((em_move_kind)v->kind)));
        em_json_kint(j, "block", (int64_t)f->m->block[r->block].number);
        em_json_kstr(j, "time_utc", em_flight_day(f, r->block));
        em_json_kstr(j, "from", em_flight_account(f, r->from));
        em_json_kstr(j, "to", em_flight_account(f, r->to));
        em_json_kstr(j, "to_label", em_flight_label(f, r->to));
        put_asset(f, j, r->asset);
        kamount(f, j, "amount", em_move_amount(f->m, v));
        return put_place(f, j, r->move, err);
}

static em_status put_step(em_flight *f, em_json *j, const em_lots_step *s, em_error *err)
{
        em_lots_row r;
        em_lots_at(f->lots, s->to, &r);
        em_json_open(j, '{');
        EM_TRY(put_row(f, j, &r, err));
        em_json_kbool(j, "swap", s->swap);
        kamount(f, j, "in_stolen", s->in);
        kamount(f, j, "out_stolen", s->out);
        kamount(f, j, "via", s->via);
        em_json_close(j, '}');
        return EM_OK;
}

static em_status put_all(em_flight *f, em_json *j, uint64_t to, const em_lots_step *step, size_t steps, em_error *err)
{
        char        name[40], text[200];
        em_lots_row first;
        em_lots_at(f->lots, steps ? step[0].from : to, &first);
        em_json_kstr(j, "network", em_str_c(f->m->network));
        em_json_kstr(j, "policy", em_str_c(em_policy_name(f->t->policy[0], name)));
        em_json_kstr(j, "rule", em_str_c(em_lots_policy_text(f->t->policy[0], text)));
        em_json_kstr(j, "means", EM_S("the path by which this rule brings most stolen coins to the transfer; it says what may "
                                      "have happened to coins, and nothing of persons"));
        em_json_kint(j, "seeds", (int64_t)f->seeds);
        em_json_key(j, EM_S("start"));
        em_json_open(j, '{');
        EM_TRY(put_row(f, j, &first, err));
        kamount(f, j, "stolen", first.stolen[0]);
        em_json_close(j, '}');
        em_json_key(j, EM_S("hops"));
        em_json_open(j, '[');
        for (size_t i = 0; i < steps; i++)
                EM_TRY(put_step(f, j, &step[i], err));
        em_json_close(j, ']');
        em_json_close(j, '}');
        return EM_OK;
}

static em_status deliver(em_flight *f, em_buf *buf, uint64_t to, size_t steps, em_error *err)
{
        em_str      out = em_cli_value(f->cli, "out");
        em_lots_row r;
        em_lots_at(f->lots, to, &r);
        em_buf_ch(buf, '\n');
        EM_TRY(em_buf_status(buf, err));
        if (out.n)
                EM_TRY(em_file_write(out, em_buf_view(buf), err));
        else
                fwrite(buf->p, 1, buf->n, f->cli->out);
        em_cli_done(f->cli, NULL, "wrote the path of %.*s by which %.*s %.*s may have come there",
                    EM_ARG(em_cli_many(f->cli, steps, "hop", "hops")), EM_ARG(em_flight_amount(f, r.asset, r.stolen[0], ',')),
                    EM_ARG(em_flight_unit(f, r.asset)));
        return EM_OK;
}

em_status em_flight_path(em_flight *f, em_str text, em_error *err)
{
        uint64_t      move = 0, to = 0;
        em_lots_step *step = NULL;
        size_t        steps = 0;
        char          shown[160], name[40];
        EM_TRY(em_flight_move(f, text, &move, err));
        em_status s = em_lots_find(f->lots, move, &to)
                      ? em_lots_path(f->lots, 0, to, f->cli->arena, &step, &steps, err) : EM_MISSING;
        if (s == EM_MISSING)
                return em_fail(err, EM_MISSING, "under %s no stolen coins are in %s", em_policy_name(f->t->policy[0], name),
                               em_str_show(text, shown, sizeof shown));
        EM_TRY(s);
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_cli_json(&buf, "embargo.path.accounts.1");
        s = put_all(f, &j, to, step, steps, err);
        if (s == EM_OK)
                s = deliver(f, &buf, to, steps, err);
        em_buf_free(&buf);
        return s;
}

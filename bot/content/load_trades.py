"""trades.yaml to core records: kinds of work, with the words that people use for them."""

from pydantic import TypeAdapter

from bot.content.reading import Reading, read_file, text_of
from bot.content.schema import Both, Record, Words
from bot.core.text import words_of
from bot.core.trades import Trade, Trades


class TradeRow(Record):
    label: Both
    words: list[Words]


class TradesFile(Record):
    anything: list[Words]
    trades: dict[Words, TradeRow]


def trades_in(reading: Reading) -> Trades:
    """Read trades.yaml; without it nothing is known of any trade, and said so."""
    row = read_file(reading, reading.folder / "trades.yaml", TypeAdapter(TradesFile))
    if row is None:
        return Trades()
    trades = {
        name: Trade(name, text_of(each.label), tuple(tuple(words_of(phrase)) for phrase in each.words))
        for name, each in row.trades.items()
    }
    return Trades(trades, tuple(tuple(words_of(phrase)) for phrase in row.anything))

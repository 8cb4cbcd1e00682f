"""Whether a statement keeps to what it was made from: its words and their order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_notes.ground.faithful import drops_sentence, is_shortened, strays

SAID = "A Bloom filter sets the bits of a key in a small array, and no key is ever stored."


@pytest.mark.parametrize(
    "statement",
    [
        SAID,
        "A Bloom filter sets the bits of a key in a small array.",
        "A Bloom filter is setting bits of keys in small arrays.",  # other forms of words
        "In a small array, a Bloom filter sets the bits of a key.",  # a part is moved
    ],
)
def test_the_same_said_shorter_does_not_stray(statement: str) -> None:
    assert strays(statement, SAID) is None


def test_doubt_is_kept() -> None:
    said = "The filter is presumably stored in main memory, and the table is on disk."
    assert strays("The filter is stored in main memory.", said) == 'drops "presumably"'
    assert strays("The filter is presumably in main memory.", said, whole=False) is None
    assert strays("The table is on disk.", said, whole=False) is None


def test_what_bounds_a_statement_is_kept() -> None:
    said = "The filter works only with keys that are short, and the table is on disk."
    assert strays("The filter works with keys that are short.", said) == 'drops "only"'
    assert strays("The filter works only with short keys.", said) is None
    assert strays("The table is on disk.", said, whole=False) is None
    said = "There is a list of functions for the filter, and you can use only those."
    assert strays("You can use functions for the filter.", said) == 'drops "only"'


def test_an_objection_is_kept() -> None:
    said = "The filter stores any number of keys, but the rate of errors grows with them."
    reason = strays("The filter stores any number of keys.", said)
    assert reason == 'leaves out what was said after "but"'
    assert strays("The filter stores keys, but its rate of errors grows.", said) is None
    assert strays("The rate of errors grows with the keys.", said) is None
    apart = "The filter stores any number of keys. But tokenizers map letters of words."
    assert strays("The filter stores any number of keys.", apart) is None
    said = "The filter stores a number of keys, but we are going to come to that later."
    assert strays("The filter stores a number of keys.", said) is None  # objects to nothing
    said = "The filter stores not only keys of one table, but the keys of all tables."
    assert strays("The filter stores keys of all tables.", said) is None


def test_no_rule_is_made_of_one() -> None:
    said = "You can define a filter which simply stores letters of the keys."
    assert strays("A filter stores letters of the keys.", said) is None  # it may be one
    reason = strays("Filters store letters of the keys.", said)
    assert reason == "makes a rule of what was said of one"
    assert strays("Filter stores letters of the keys.", said) == reason
    assert strays("The filter stores letters of the keys.", said) is None  # the one spoken of
    said = "We need more memory for the filter, which stores letters of the keys."
    assert strays("More memory for the filter stores letters of the keys.", said) == reason


def test_what_is_said_of_one_thing_is_not_said_of_another() -> None:
    reason = "says of one thing what was said of another"
    said = "Relevant tokenization, like it is nice to have a model over bytes that is elegant."
    assert strays("Relevant tokenization is elegant.", said, whole=False) == reason
    assert strays("A model over bytes is elegant.", said, whole=False) is None
    said = "There was the first filter, and back in 2003 there were sketches, this was a big deal."
    assert strays("There was the first filter, and there was a big deal.", said) == reason
    assert strays("Back in 2003 there was a big deal.", said, whole=False) == reason
    said = "This is the chip, and here is the memory that is off the chip."
    assert strays("The chip includes the memory off the chip.", said) == reason
    assert strays("The chip has memory off the chip, including this.", said) is None


def test_what_was_said_of_some_is_not_said_of_all() -> None:
    said = "A lot of filters store bits, and some of the keys are lost."
    assert strays("Filters store bits.", said) == 'drops "a lot of"'
    assert strays("A lot of filters store bits.", said) is None
    assert strays("The bits store a lot of filters.", said, ordered=False) is None


def test_when_and_with_what_is_kept() -> None:
    said = "Eight years ago, researchers trained models, in combination with filters of keys."
    assert (
        strays("Researchers trained models with filters of keys.", said)
        == 'drops "eight years ago"'
    )
    said = "The filter is read in combination with the table of keys."
    assert strays("The filter is read, and the table of keys.", said) == (
        'drops "in combination with"'
    )


def test_a_passive_that_nobody_said_turns_things_around() -> None:
    said = "It is all about efficiency given hardware and data."
    assert strays("Efficiency is given by hardware and data.", said) == (
        "turns what was said around"
    )
    said = "Fan developed counting filters for the web."
    assert strays("Filters were developed by Fan for the web.", said, ordered=False) is None
    said = "The bits are set by the hash functions of a key."
    assert strays("Bits are set by hash functions.", said) is None


def test_words_of_its_own_are_added() -> None:
    reason = strays("A Bloom filter sets the bits of a key for fast retrieval.", SAID)
    assert reason == 'adds words that were not said ("fast")'
    reason = strays("A filter sets the bits of every key of a database on disk.", SAID)
    assert reason == 'adds words that were not said ("databas")'


@pytest.mark.parametrize(
    "statement",
    [
        "A Bloom filter performs the setting of bits, which involves a small array.",
        "Methods such as the Bloom filter use different types of bits of a key in an array.",
        "Bloom filter techniques enable an approach, providing bits of a key in a small array.",
        "Examples of this kind of process: a Bloom filter with bits of a key.",
    ],
)
def test_words_that_only_join_what_was_said_are_not_its_own(statement: str) -> None:
    assert strays(statement, SAID) is None


def test_joining_words_do_not_make_up_for_words_of_its_own() -> None:
    statement = "A Bloom filter method contains the bits of a cryptographic key of a bank."
    reason = strays(statement, SAID)
    assert reason == 'adds words that were not said ("cryptograph")'


def test_words_that_stand_beside_are_none_of_its_own() -> None:
    statement = "A Bloom filter of a storage engine sets the bits of a key."
    assert strays(statement, SAID)
    assert strays(statement, SAID, around="Think of a storage engine.") is None


def test_most_may_be_left_out_but_not_nearly_all() -> None:
    long = f"{SAID[:-1]}, engines keep tables on disk and caches keep pages of the web in memory."
    assert strays("A Bloom filter sets bits of a key in an array.", long) is None
    sparse = "A Bloom filter sets bits."
    assert strays(sparse, long) == "leaves out too much of what was said"
    assert strays(sparse, long, whole=False) is None


def test_what_was_said_the_other_way_round_is_another_matter() -> None:
    said = "Small filters answer before large tables on slow disks."
    around = "Slow disks answer before large tables on small filters."
    assert strays(around, said) == "turns what was said around"


@pytest.mark.parametrize(("statement", "said"), [("", SAID), (SAID, ""), ("It is so.", "This.")])
def test_without_words_there_is_nothing_to_stray_from(statement: str, said: str) -> None:
    assert strays(statement, said) is None


WORDS = st.lists(st.sampled_from(SAID.rstrip(".").replace(",", "").split()), min_size=1)


@given(WORDS)
def test_what_was_said_never_strays_from_itself(words: list[str]) -> None:
    text = " ".join(words)
    assert strays(text, text) is None


@given(WORDS)
def test_what_is_half_of_foreign_words_strays(words: list[str]) -> None:
    reason = strays(" ".join([*words, *["quantum"] * len(words)]), SAID)
    assert reason == 'adds words that were not said ("quantum")'


def test_an_order_that_nobody_gave_strays() -> None:
    said = "Would you say that we are then able to lead a team that builds storage engines?"
    assert strays("Lead a team that builds storage engines.", said) == (
        "tells to do what was not told to do"
    )
    assert strays("Merge the most common pair.", "It merges the most common pair.") is None
    assert strays("Set each bit of the key.", "Set each bit of the key, and then stop.") is None


@pytest.mark.parametrize(
    ("statement", "shortened"),
    [
        ("A Bloom filter sets bits of a key in an array.", True),
        ("A Bloom filter uses bits of a key.", True),  # "uses" only joins
        ("A key sets bits of a Bloom filter.", False),  # another order
        ("A Bloom filter sets bits of a quantum key.", False),
        ("It is so.", False),
    ],
)
def test_words_left_out_are_told_from_words_put_otherwise(
    statement: str, *, shortened: bool
) -> None:
    said = "So a Bloom filter, right, it sets some bits of a key in an array of bits."
    assert is_shortened(statement, said) is shortened


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "The bits came from banana, which is an error of the filter.",
            "The bits came from banana. That is an error of the filter.",
        ),
        (
            "People wrote filters by hand, six years ago they used tables.",
            "Eight years ago people wrote filters by hand. Even six years ago they used tables.",
        ),
        ("The filter stores ten bits.", "So in this case the filter stores ten bits."),
        ("We drop the table of keys.", "Now that we have a filter, we drop the table of keys."),
    ],
)
def test_what_is_joined_or_loses_its_case_strays(statement: str, said: str) -> None:
    assert strays(statement, said)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("Ethanol boils at 78 degrees.", "If you read the table, ethanol boils at 78 degrees."),
        (
            "Modern humans left Africa 60 thousand years ago.",
            "Modern humans appeared 200,000 years ago. They left Africa 60 thousand years ago.",
        ),
        ("Lactase splits lactose.", "In this case, lactase splits lactose."),
        (
            "Paris, which is the capital of France, grew fast.",
            "Paris is the capital of France and grew fast. So that's the point.",
        ),
    ],
)
def test_what_only_frames_a_sentence_may_be_left_out(statement: str, said: str) -> None:
    assert strays(statement, said) is None


@pytest.mark.parametrize(
    ("statement", "said", "reason"),
    [
        (
            "There are new embeddings and rotary embeddings.",
            "There's new embeddings these rotary embeddings.",
            "joins what was not said to be joined",
        ),
        (
            "Parallelism makes chips fast, using the raw parts.",
            "Parallelism makes chips fast. These are the raw parts.",
            "joins what was not said to be joined",
        ),
        (
            "The decoder could act on its own words.",
            "The decoder can act on its own words.",
            "changes what can, would or should be",
        ),
        (
            "The tokenizer returns a tensor.",
            "The option tells the tokenizer to return a tensor.",
            "says of one thing what another makes it do",
        ),
        (
            "One use of hashing is the task of finding names.",
            "One use of this is hashing, the task of finding names.",
            "names what was only pointed at",
        ),
        (
            "Specify the loss as a string.",
            "You can specify the loss as a string.",
            "tells to do what was not told to do",
        ),
        (
            "Encourage the students to read the card.",
            "We encourage the students to read the card.",
            "tells to do what was not told to do",
        ),
        (
            "The trainer evaluates the model on each set.",
            "The trainer evaluates the model on each set if metrics were given.",
            "parts a condition from what follows from it",
        ),
        (
            "The encoder is the backbone of all models.",
            "The encoder is the backbone of basically all models.",
            'drops "basically"',
        ),
        (
            "The ratio is 1.5 bytes.",
            "The ratio is 1.5 bytes in this case, because letters have two.",
            'drops "in this case"',
        ),
        (
            "Alignment is different.",
            "Alignment is maybe a little bit different, but that is another story to be told.",
            'drops "maybe"',
        ),
        (
            "Methods start with raw bytes and train on them.",
            "These are methods that start with raw bytes and train on them.",
            "makes a rule of what was said of one",
        ),
        (
            "If you are a researcher, you can load a model in one line.",
            "If you are a researcher, you can read on, but you can load a model in one line.",
            'says with "if" or "but" of one thing what was said of another',
        ),
        (
            "You are in a position with stakes, but once it is spent, that is it.",
            "You are in a position with stakes. No chips burn, but once it is spent, that is it.",
            'says with "if" or "but" of one thing what was said of another',
        ),
        (
            "The array depends on the type, a list or a table.",
            "The array depends on the type, a list or a table for instance.",
            'drops "for instance"',
        ),
        (
            "We use the save method; the bits are saved in a file named x.",
            "We use the save method. Here, the bits are saved in a file named x.",
            'drops "here"',
        ),
        (
            "The keys have not gone into the array.",
            "The keys have gone into the table but they haven't gone into the array, necessarily.",
            'drops "necessarily"',
        ),
        (
            "The keys are lost in the array, which are hard problems for users.",
            "The keys are lost in the array. So these are hard problems for users.",
            'says with "which" of one thing what was said of all',
        ),
        (
            "The rate is about 1.2 a day.",
            "The rate tends to be about 1.2 a day.",
            'drops "tends to"',
        ),
        (
            "A tidy soul has a need for order.",
            "A tidy soul, he has a need for order.",
            "makes a rule of what was said of one",
        ),
        (
            "Half of the keys in the array are lost.",
            "Half of those keys in the array are lost.",
            "names what was only pointed at",
        ),
        (
            "The bits tell nothing of the keys or the hashes.",
            "The bits tell nothing of the keys, and the keys tell nothing of the hashes.",
            "joins what was not said to be joined",
        ),
        (
            "The filter realizes that the key is known.",
            "Hopefully the filter realizes that the key is known.",
            'drops "hopefully"',
        ),
        (
            "Specify the path to a folder.",
            "You can also specify the path to a folder.",
            "tells to do what was not told to do",
        ),
        (
            "Using many processes with the map method, it is read in parts.",
            "You can also use many processes with the map method. It is read in parts.",
            "tells to do what was not told to do",
        ),
        (
            "In a pair two texts are alike; one task is to order them.",
            "In a pair two texts are alike. Another task is to order them.",
            'drops "another"',
        ),
    ],
)
def test_small_changes_that_say_another_thing(statement: str, said: str, reason: str) -> None:
    assert strays(statement, said) == reason


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("Cats sleep and dogs bark at night.", "Cats sleep, dogs bark at night."),
        ("The key is hashed and the bit is set.", "The key is hashed the bit is set."),
        ("You should hash the key first.", "You need to hash the key first."),
        ("It would take hours to sort.", "It's going to take hours to sort."),
        (
            "The option tells the tokenizer to return it.",
            "The option tells the tokenizer to return it.",
        ),
        ("Merge the pair of tokens.", "Then we merge the pair of tokens."),
        ("See if the key is stored in the table.", "Now see if the key is stored in the table."),
        ("Filter the keys of the table.", "The filter reads the keys of the table."),
    ],
)
def test_small_changes_that_say_the_same(statement: str, said: str) -> None:
    assert strays(statement, said) is None


def test_an_llm_that_may_only_shorten_keeps_most_of_what_was_said() -> None:
    said = "The table lists the melting points of forty metals in steps of ten degrees each."
    short = "The table lists the melting points of metals."
    assert strays(short, said) is None
    assert strays(short, said, kept=0.8) == "leaves out too much of what was said"
    fillers = "So basically, the table, you know, lists of course the melting points of metals."
    assert strays(short, fillers, kept=0.8) is None  # what says nothing is not missed


def test_a_definition_may_be_shorter() -> None:
    said = "Etching is the process as we saw of taking a plate and washing it in strong acid baths."
    short = "Etching is the process of washing a plate in acid baths."
    assert strays(short, said, kept=0.8, ordered=False) is None


@pytest.mark.parametrize(
    ("statement", "dropped"),
    [
        ("Iron rusts in water; it needs oxygen.", False),
        ("Iron rusts in water.", True),
    ],
)
def test_no_sentence_is_left_out_whole(statement: str, dropped: bool) -> None:
    assert drops_sentence(statement, ["Iron rusts in water.", "It needs oxygen."]) is dropped


def test_a_sentence_that_names_nothing_new_may_be_left_out() -> None:
    assert not drops_sentence("Iron rusts in water.", ["Iron rusts in water.", "So it rusts."])


@pytest.mark.parametrize(
    "sentence",
    [
        "Like charges repel each other.",
        "Love and hate are themes of the opera.",
        "Want is the economic term for a desire.",
        "Believe it or not, Rome had a million people.",
        "Encourage the patient to walk.",
    ],
)
def test_a_sentence_may_stand_as_it_was_said(sentence: str) -> None:
    assert strays(sentence, sentence) is None


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("A planet would fall into the sun.", "Without speed, it'd fall into the sun, a planet."),
        ("The contract must be in writing.", "The contract shall be in writing."),
        ("You should not eat raw pork.", "Do not eat raw pork."),
        (
            "The pancreas makes insulin and glucagon.",
            "The pancreas makes insulin as well as glucagon.",
        ),
        ("Prices rose because demand grew.", "Prices rose since demand grew."),
        ("Wages fell while prices rose.", "Wages fell even as prices rose."),
        ("The firemen work using water tanks.", "The firemen work and employ water tanks."),
        (
            "The judges asked the witness under oath.",
            "The judges asked the witness under oath if he had seen the knife.",
        ),
        (
            "Saturn would float on water because its density is low.",
            "Saturn would float on water, if you had a big bathtub, because its density is low.",
        ),
    ],
)
def test_other_fields_say_the_same_in_other_ways(statement: str, said: str) -> None:
    assert strays(statement, said, ordered=False) is None


def test_a_long_text_without_stops_is_held_to_in_time() -> None:
    said = "a key is hashed and the bit is set " * 600
    assert strays("A key is hashed.", said, whole=False) is None


def test_a_condition_at_the_end_is_kept() -> None:
    said = (
        "Keras knows the names of losses, so it saves time if you only want the default settings."
    )
    reason = "parts a condition from what follows from it"
    assert strays("Keras knows the names of losses, saving time.", said) == reason


def test_what_is_done_is_not_what_is() -> None:
    reason = "makes something that is of what is done"
    assert strays("Tables and frames are equal love.", "Tables and frames equals love.") == reason
    assert strays("The key is hashed.", "You hash the key.") is None


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "If you freeze bread, the crust becomes soft.",
            "If you freeze bread, it keeps for months, but the crust becomes soft.",
        ),
        (
            "Kneading the dough for ten minutes is necessary.",
            "It is necessary to knead the dough for ten minutes.",
        ),
        (
            "Bismarck was a conservative, but he introduced pensions.",
            "Bismarck was a conservative. He hated socialists, but he introduced pensions.",
        ),
        (
            "In a contract, one party may sue the other party.",
            "In a contract, one party may sue the other party.",
        ),
        ("Add the milk.", "Stir it slowly. Then add the milk."),
        ("Keep the eggs that are fresh.", "Keep those eggs that are fresh."),
        ("Voters choose it, and the voters pay.", "Voters choose it, and those voters pay."),
    ],
)
def test_what_reads_like_a_change_and_is_none(statement: str, said: str) -> None:
    assert strays(statement, said) is None


def test_an_object_keeps_its_verb() -> None:
    said = "We gave the ones in the East communism, and you see the result."
    assert strays("We gave the ones in the East communism the result.", said)
    assert not strays("We gave the ones in the East communism.", said, kept=0.2)
    said = "The court gave the firm, as you know, the right to appeal."
    assert not strays("The court gave the firm the right to appeal.", said)
    said = "The enzyme cuts the strand, and then it joins the ends."
    assert not strays("The enzyme cuts the strand and joins the ends.", said, kept=0.2)


def test_more_that_is_denied_stays_more() -> None:
    said = "They could just not supply that much more rice."
    assert strays("They could not supply as much rice.", said)
    assert not strays("They could not supply that much more rice.", said)


def test_between_some_as_well_as_others_is_not_between_the_two() -> None:
    said = "Within each unit there was competition between firms as well as kings."
    assert strays("Within each unit there was competition between firms and kings.", said)
    assert not strays(
        "Within each unit there was competition between firms as well as kings.", said
    )


def test_what_something_is_is_not_told_as_a_name() -> None:
    said = "So that is the importance of the argument that comes forth when you think of income."
    assert strays("The importance of the argument that comes forth when you think of income.", said)
    assert not strays("It is the importance of the argument that comes forth.", said, kept=0.2)


def test_a_break_is_not_gone_over() -> None:
    said = "Charlie says -- We'll get Charlie a microphone in case someone wants to reply."
    assert strays("Charlie says we will get Charlie a microphone.", said, kept=0.2)
    said = "The point of the game -- as the court saw it -- is to get a ball into a hole."
    assert not strays("The point of the game is to get a ball into a hole.", said, kept=0.2)


def test_two_things_that_are_shown_stay_two() -> None:
    said = "This is two grams of table salt. So this is how much salt is in your blood."
    assert strays("Two grams of table salt is in your blood.", said, kept=0.2)
    said = "This is the mitral valve. It lets the blood in."
    assert not strays("The mitral valve lets the blood in.", said, kept=0.2)

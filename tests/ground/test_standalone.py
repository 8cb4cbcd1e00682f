"""Sentences taken out of a lecture: what can be understood alone, what is about the course."""

import pytest

from rag_notes.ground.pointing import leans_on_context
from rag_notes.ground.standalone import (
    breaks_off,
    is_logistics,
    is_torn,
    names_course,
    stands_alone,
)

ALONE = [
    "A Bloom filter stores bits and no keys at all.",
    "If the bit is zero, the key was never added.",
    "Reading the file takes ten milliseconds on a disk.",
    "A filter stores the bits because it has no room for keys.",
    "It is possible that two keys share all of their bits.",
    "The filter says that a key is absent.",
    "The encoder reads a text so that it can be searched.",
    "On a spinning disk, one random read takes about ten milliseconds.",
    "With 10 bits per element and 7 hash functions, the false positive rate is 0.8 percent.",
    "Rather than the keys of a table, a filter stores the bits of an array.",
    "The filter does not store the keys of the table.",
    "The filter depends on the number of keys that you put in.",
    "Bloom pioneered the filter that led to many others.",  # a rare verb
    "A filter is cheap because if a key is absent, the disk is not read.",
    "Unlike with a table, you do not know what the filter is.",
    "These days a filter stands in front of every table.",
    "There are three kinds of filters: simple, counting and blocked.",
    "There are two ways: to count the bits or to store the keys.",
    "At the Web Archives they have the keys of all tables.",
    "The matrix A of size n by n is symmetric.",
    "The softmax gives you your probabilities of all bits.",
    "The speedup over the table is a factor of 100.",
    "One of the two problems is that the array is full.",
    "During a query, and only then, the bits are read.",
    "The last element is removed from the array of bits.",
    "Llama drops the layer norm and has a smaller one instead.",
    "The problem is that the array is full of bits.",
    "The A matrix holds the bits of all keys.",
    "A disk is slower by a factor of 100,000.",
    "With a filter of many bits, it is clear which key is absent.",
]
TORN = [
    "Is the array of bits in main memory.",
    "Which is a data structure of bits and hashes.",
    "With the array of bits in memory.",
    "Because of the many collisions in the table.",
    "Such as a cache of the web or a database.",
    "But the table stores all of the keys.",
    "If you look at the data of the model.",
    "A filter is worth more because if you read the disk.",
    "Replaces each bit of the filter by a counter.",
    "Reading the file from a slow disk.",
    "The filter has an array and",
    "The filter is stored in main memory, which is the.",
    "The filter is stored in main memory -",
    "There are three kinds of filters: the simple one.",  # announces more than it says
    "There are two ways: if you have the keys, you can count them.",
    "Three things it does is that you can store the keys.",
    "Means we cannot read the keys of a filter.",
    "The filter stores you your keys in an array.",
    "The filter has a the array of bits.",
    "The connection to bits is that if you can put the keys in it.",
    "Keys do not fall from the sky, you key has to be stored.",
    "A read takes ten milliseconds, which is a factor of 100,000.",
    "Mapping each of the keys, and the filter stores the bits.",
    "Filters were not released, but they were all.",
]
LEANING = [
    "It stores only the bits of each key.",
    "Their order is lost in the array of bits.",
    "This is the array of bits in memory.",
    "The filter needs this array of bits.",
    "That's quadratic in the length of the text.",
    "The cost of that grows with the length.",
    "The other one is a counter of four bits.",
    "Such counters need four bits for a position.",
    "The first feature is that a filter stores bits.",
    "You can store the keys in a table instead.",
    "With ten bits of eight hash functions, it costs less.",
]
NAMED = [
    "Tokens are integers, and a model reads these integers.",
    "A token is an integer, and models read those two integers.",
    "These units that compute a sum are small.",
    "Those small units which compute a sum are cheap.",
    "A filter has an array, and this array of bits is never cleared.",
    "This approach where all bits are set at once is fast.",
    "Filters share their bits, and this means that keys are lost.",
]
NOT_NAMED = [
    "These integers are read by a model.",
    "Tokens are integers, and a model reads these numbers.",
    "Tokens are integers here.",
    "Filters share their bits, and this implies that keys are lost.",
    "This means that keys of the filter are lost.",
    "Bits are set, and these make a filter where keys are lost.",
    "These units are stored where the sum is.",
    "Filters do this and filters are small.",
    "Those who store keys need memory.",
    "This is a filter that stores bits.",
]
SPEAKERS = [
    "Today the filter is a small data structure of bits.",
    "We talked about the hash functions of a filter.",
    "The filter has bits, and we will count the bits of the array.",
    "Let us look at the hash functions of a filter.",
    "My filter has an array of sixteen bits.",
    "This way the filter needs no keys at all.",
]


@pytest.mark.parametrize("sentence", ALONE)
def test_a_sentence_that_names_all_it_speaks_of_stands_alone(sentence: str) -> None:
    assert not is_torn(sentence)
    assert not leans_on_context(sentence)
    assert stands_alone(sentence)


@pytest.mark.parametrize("sentence", TORN)
def test_a_part_of_a_sentence_is_torn(sentence: str) -> None:
    assert is_torn(sentence)
    assert not stands_alone(sentence)


@pytest.mark.parametrize("sentence", LEANING)
def test_a_word_for_what_is_not_named_leans(sentence: str) -> None:
    assert leans_on_context(sentence)
    assert not stands_alone(sentence)


@pytest.mark.parametrize("sentence", NAMED)
def test_a_sentence_may_itself_say_which(sentence: str) -> None:
    assert not leans_on_context(sentence)


@pytest.mark.parametrize("sentence", NOT_NAMED)
def test_a_sentence_that_does_not_say_which_leans(sentence: str) -> None:
    assert leans_on_context(sentence)


@pytest.mark.parametrize("sentence", SPEAKERS)
def test_what_is_about_the_talk_does_not_stand_alone(sentence: str) -> None:
    assert not stands_alone(sentence)


@pytest.mark.parametrize("text", ["", ".", "So.", "Bits!", "\n", "词 元 化"])
def test_next_to_nothing_does_not_stand_alone(text: str) -> None:
    assert not stands_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "The second assignment is due on Friday.",
        "Homework is submitted on Canvas.",
        "Office hours are on Monday at ten.",
        "The TAs answer questions on Slack.",
        "The next lecture is about caches.",
        "The quarter ends with a final project.",
    ],
)
def test_how_the_course_is_run_is_logistics(text: str) -> None:
    assert is_logistics(text)


@pytest.mark.parametrize(
    "text",
    [
        "A Bloom filter stores bits.",
        "Each class label is a number.",
        "The model assigns a class to each input.",
        "A quarter of the bits are set.",
        "The last layer of the network is linear.",
    ],
)
def test_the_subject_is_no_logistics(text: str) -> None:
    assert not is_logistics(text)


@pytest.mark.parametrize(
    ("sentence", "tells", "logistics"),
    [
        ("This class is a wrapper over the methods of the filter.", True, False),
        ("In this class details of the architecture matter.", True, False),
        ("In this class details matter.", False, True),
        ("This course is designed to teach you about filters.", True, True),
        ("In this class you will build a filter from scratch.", True, True),
        ("The class has five assignments on filters and tables.", True, True),
    ],
)
def test_what_only_mentions_the_course_is_about_the_subject(
    sentence: str, *, tells: bool, logistics: bool
) -> None:
    assert is_logistics(sentence, tells=lambda _: tells) is logistics


@pytest.mark.parametrize(
    "sentence",
    [
        "Block size, array length, and hash functions.",
        "In the spirit of saving, building from scratch, but we are not that mean.",
        "We do not want to waste precious memory on.",
        "The array is long, so this is you are going to wait.",
        "Word based is not it captures the idea.",
        "There is a nice paper that showed that from 2012 there was a 44x.",
        "Runs the merges on each of the segments.",
    ],
)
def test_what_has_no_verb_of_its_own_or_breaks_off_is_torn(sentence: str) -> None:
    assert is_torn(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "To insert a key, first, compute its hash values.",
        "Compress, sort, and store the keys in a table.",
        "Runs are merged one after the other.",
        "Stores of keys take memory.",
        "Changes a user makes are logged to disk.",
        "Votes the party wins decide its seats.",
        "The files the users have are stored on disk.",
        "Birds fly, fish swim, and snakes crawl.",
        "In mice, but not in people, the gene is active.",
        "In theory the array is long, but it fits.",
    ],
)
def test_an_instruction_or_a_contrast_is_whole(sentence: str) -> None:
    assert not is_torn(sentence)


def test_a_sentence_that_is_begun_anew_is_torn() -> None:
    assert is_torn("We should tell the difference between—we have a role in the filter.")
    assert not is_torn("The filter—an array of bits—stores the keys.")
    assert is_torn("In we are restricting the view of the array to the keys.")
    assert is_torn("Users were asked what is more likely, 1.")
    assert is_torn("If there are n keys in the array, and each key has, on average, k bits.")
    assert not is_torn("If there are n keys, and each has k bits, the array is full.")
    assert not is_torn("When an array is full, users add one.")


def test_items_of_a_list_lean_on_what_they_are_items_of() -> None:
    assert leans_on_context("The second one shows how to train the model.")
    assert leans_on_context("Second, look at the bits of the array.")
    assert not leans_on_context("First, look at the bits of the array.")
    assert not leans_on_context("Of the two filters, a user prefers the first.")
    assert not leans_on_context("The treaty was signed on May the first.")
    assert not leans_on_context("The river rises in the high Alps and flows from there to the sea.")


@pytest.mark.parametrize(
    "sentence",
    [
        "The model does not pay attention to it.",  # to itself it would be
        "You can install it with one line of shell.",
        "We apply the function to convert them into classes.",  # no function is "them"
        "The answer should be the first of both.",
        "You can get there by clicking the button.",
        "0% of the time will it come out of the array.",
        "In practice, to compute it, you take the sum.",
        "Users give a higher number to the first option than to the second.",
        "To use the jargon, the answer is that the fit is close.",
        "The filters expect that, and set their bits.",
        "A filter remembers the first.",
    ],
)
def test_a_pronoun_whose_noun_is_not_there(sentence: str) -> None:
    assert leans_on_context(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "A filter says definitely not or it says maybe.",
        "You take the key and hash it.",
        "If you have a key, you hash it.",
        "The team trains models and publishes them.",
        "People think that they need a table.",
        "The keys are hashed when the table reads them.",
    ],
)
def test_a_pronoun_whose_noun_is_there(sentence: str) -> None:
    assert not leans_on_context(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Can run the training on any kind of chip.",
        "Causal modeling of language is known as.",
        "To the true labels, and we get the results in a table.",
        "All and then adds a head of its own onto it.",
        "Arguments you can pass to fit.",
        "Models that were not released and you can only access by request.",
        "Learning rate, batch size, whether you regularise or not, hyperparameters.",
        "There is decisions include the optimizer of the model.",
    ],
)
def test_parts_of_sentences(sentence: str) -> None:
    assert is_torn(sentence)


@pytest.mark.parametrize(
    ("sentence", "broken"),
    [
        ("Your memory is where you can store like your data and model parameters is.", True),
        ("We do not want to waste precious compute on.", True),
        ("The letter A is one byte, but some characters.", True),
        ("The link to efficiency is that if you put resources into it.", True),
        ("You do not know what the abstraction is.", False),
        ("That is just the way it is.", False),
        ("The table that the key is in.", False),
        ("It has an array of bits, but no keys.", False),
    ],
)
def test_a_sentence_that_breaks_off_goes_on_in_the_next(sentence: str, broken: bool) -> None:
    assert breaks_off(sentence) is broken


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("Assignment two is about kernels.", True),
        ("The class has five assignments.", True),
        ("We have three TAs.", True),
        ("You will train a classifier, and there will be a leaderboard.", False),
        ("Your job is to fit a curve to the data.", False),
    ],
)
def test_what_of_a_course_a_statement_is_about(statement: str, named: bool) -> None:
    assert names_course(statement) is named


@pytest.mark.parametrize(
    "sentence",
    [
        "May is the month in which the crop is planted.",
        "Will was the key idea of Schopenhauer.",
        "Might makes right in the state of nature.",
        "Must is freshly crushed grape juice.",
        "All or nothing is the rule by which a nerve fires.",
        "Acids you can taste are sour.",
        "There is a law that contains seven articles.",
        "There is a clause which includes interest.",
    ],
)
def test_whole_sentences_of_other_fields(sentence: str) -> None:
    assert not is_torn(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "A person can lose their job in a recession.",
        "The patient took their medicine.",
        "The police gave the suspect their word.",
        "Antibiotics kill bacteria or stop them from growing.",
        "Whisk the eggs before you add them to the flour.",
        "The Senate debated the bill before it passed it.",
    ],
)
def test_pronouns_of_other_fields_are_named(sentence: str) -> None:
    assert not leans_on_context(sentence)


def test_what_one_does_may_be_what_a_sentence_is_about() -> None:
    assert not is_torn("To save a table in another format is very similar to the first case.")
    assert is_torn("To save a table in another format of the same kind.")

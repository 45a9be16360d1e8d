# الهيكل: ما تقوله كل الصفحات.
web-skip = الانتقال إلى المحتوى
web-rail = الأقسام
web-tabs = صفحات الملف
web-drafts = المسودات
web-drafts-none = لا شيء في الانتظار. ما تكتبه يُحفظ هنا إلى أن يُسجَّل.
web-drafts-note = ما كتبته ولم تسجله بعد. أنت وحدك من يراه.
web-draft-beside = { $name } يكتب هنا أيضا ({ $time })
web-draft-drop = تخلٍّ عن المسودة
web-leave = تسجيل الخروج
web-world-training = تكوين: مرضى هذا السجل غير حقيقيين.
web-world-simulation = محاكاة: مرضى هذا السجل غير حقيقيين.
web-played = { $n ->
    [0] الزمن متوقف
   *[other] الزمن يمر × { $n }
}
web-language = اللغة
web-theme = الإضاءة
web-theme-light = فاتح
web-theme-dark = داكن
web-theme-system = حسب الجهاز
web-commands = بحث
web-command-label = البحث عن مريض أو صفحة أو إجراء
web-command-hint = مريض، صفحة، إجراء…
web-command-nothing = لا توجد نتيجة. جرّب جزءا آخر من الاسم أو رقما أو سنة الميلاد.
web-offline = انقطع الاتصال: هذه الصفحة لم تعد تُحدَّث. ستستأنف من تلقاء نفسها.
web-banner = المريض
web-sex = الجنس
web-sex-female = أنثى
web-sex-male = ذكر
web-sex-other = آخر
web-sex-unknown = الجنس غير معروف
web-born = تاريخ الميلاد
web-born-unknown = تاريخ الميلاد غير معروف
web-died = متوفى
web-number = رقم
web-place = المكان
web-allergies = الحساسيات
web-allergies-not-asked = الحساسيات: لم يُسأل عنها
web-allergies-none = لا حساسية معروفة
web-allergy-severe = خطيرة
web-and-more = { $n ->
    [one] وواحدة أخرى
    [two] واثنتان أخريان
    [few] و{ $n } أخرى
   *[other] و{ $n } أخرى
}
web-homonyms = { $n ->
    [one] انتباه: مريض آخر يحمل هذا الاسم
    [two] انتباه: مريضان آخران يحملان هذا الاسم
    [few] انتباه: { $n } مرضى آخرين يحملون هذا الاسم
   *[other] انتباه: { $n } مريضا آخر يحملون هذا الاسم
}
web-replaced = تم استبدال هذا الملف.
web-replaced-open = فتح الملف الصحيح
web-wrong-again = إعادة المحاولة
web-wrong-typed = ما كنت قد كتبته
web-wrong-disk = لم يُسجَّل أي شيء: قرص الخادم ممتلئ
web-wrong-disk-do = يبقى الملف قابلا للاطلاع. ما كتبته محفوظ في هذه الصفحة: أعد المحاولة عندما يختفي التنبيه، ودوّن على الورق ما لا يحتمل الانتظار.
web-wrong-database = قاعدة البيانات لا تجيب
web-wrong-database-do = لم يُسجَّل أي شيء. أخبر الدعم، وافتح ملف الطوارئ الخاص بالمصلحة، ثم أعد المحاولة: ما كتبته محفوظ في هذه الصفحة.
web-wrong-store = لم يُسجَّل أي شيء: الخادم لا يستطيع الكتابة
web-wrong-store-do = ما كتبته محفوظ في هذه الصفحة: أعد المحاولة بعد لحظة. وإن طال الأمر فأعط هذا الرمز للدعم ودوّن على الورق.
web-wrong-unknown = لا يُعرف هل سُجِّل هذا أم لا
web-wrong-unknown-do = انقطعت قاعدة البيانات أثناء التسجيل. انظر في الملف قبل أن تعيد؛ ما كتبته موجود أسفله.
web-read-only-disk = قراءة فقط منذ { $since }: قرص الخادم ممتلئ. لا يُسجَّل أي شيء مما يُكتب؛ دوّن على الورق ما لا يحتمل الانتظار. ستُستأنف الكتابة من تلقاء نفسها.
web-read-only-database = قراءة فقط منذ { $since }: قاعدة البيانات لا تجيب. لا يُسجَّل أي شيء مما يُكتب؛ دوّن على الورق ما لا يحتمل الانتظار. ستُستأنف الكتابة من تلقاء نفسها.
web-read-only-other = قراءة فقط منذ { $since }: الخادم لا يستطيع الكتابة. لا يُسجَّل أي شيء مما يُكتب؛ دوّن على الورق ما لا يحتمل الانتظار. ستُستأنف الكتابة من تلقاء نفسها.
web-wrong-home = العودة إلى البداية
web-wrong-input = لا يمكن قراءة الطلب
web-wrong-input-do = لم يتغير أي شيء. عد إلى الوراء وحاول من جديد؛ وإن تكرر ذلك فأعط هذا الرمز للدعم.
web-wrong-missing = هذا غير موجود، أو ليس لك حق الوصول إليه
web-wrong-missing-do = تحقق من العنوان أو ابحث عن المريض من جديد.
web-wrong-conflict = قام شخص آخر بتعديله للتو
web-wrong-conflict-do = ما كتبته محفوظ كمسودة. أعد تحميل الصفحة وقارن ثم سجّل.
web-wrong-role = وظيفتك لا تسمح بذلك
web-wrong-role-do = توجه إلى المسؤول عنك، أو تولَّ المنصب بالوظيفة المناسبة.
web-wrong-busy = لا يستطيع الخادم الإجابة الآن
web-wrong-busy-do = لم يضع أي شيء. حاول مرة أخرى بعد لحظة.
web-wrong-defect = حدث خطأ في البرنامج
web-wrong-defect-do = لم يُسجَّل أي شيء بهذا الإجراء. أعط هذا الرمز للدعم.
web-allergy-unnamed = حساسية بلا اسم
web-alert-unnamed = تنبيه بلا نص
web-warnings-cut = تنقص هنا حساسيات أو تنبيهات: عددها أكبر مما تسعه هذه الصفحة.
web-not-shown = وظيفتك لا تعرض هذا الجزء من الملف.
web-not-all-shown = وظيفتك لا تعرض كل أجزاء هذه الإقامة.
web-glass = ملف محمي
web-glass-why = لا شيء في الملف يربط هذا المريض بك أو بمصلحتك: لا إقامة ولا موعد ولا طلب ولا فريق. لذلك لا يُفتح ملفه.
web-glass-told = إذا اقتضت الرعاية ذلك، فافتحه مع ذكر السبب. يسري الفتح عليك وحدك لمدة 12 ساعة، ويراه مسؤول حماية المعطيات فورا.
web-glass-not-you = وظيفتك لا تسمح بفتحه. تواصل مع المصلحة التي تتابع هذا المريض.
web-glass-reason = لماذا يُفتح هذا الملف؟
web-glass-emergency = حالة مستعجلة
web-glass-advice = رأي طلبه زميل
web-glass-cover = تعويض أو مداومة لم تُسجَّل بعد
web-glass-other = سبب آخر، يُذكر
web-glass-more = توضيح
web-glass-break = فتح الملف
web-glass-back = العودة إلى المرضى
web-glass-why-missing = اختر سببا.
web-glass-more-missing = اذكر في جملة لماذا يجب أن ترى هذا الملف.
web-glass-more-long = التوضيح طويل جدا.
web-glass-open = مفتوح لك إلى غاية { $until }:
web-glass-end = إغلاق
web-glasses = ملفات فُتحت
web-glasses-why = فتح هذه الملفات أشخاص لا شيء يربطهم بالمريض. راجع كل فتح واطلب توضيحا إذا لم يكن السبب مقنعا.
web-glasses-none = لم يُفتح أي ملف بهذه الطريقة.
web-glasses-see = تمت المراجعة
web-glasses-seen-by = راجعه
web-glasses-more = لا تُعرض إلا آخر 100 عملية فتح.
